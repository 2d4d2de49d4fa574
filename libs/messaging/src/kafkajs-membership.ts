import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup'

interface Group {
  readonly memberId: string | null
  getNodeIds(): string[]
  heartbeat(options: object): Promise<void>
}

/** As kafkajs marks the broker's answer that a member is to join again. */
class NotAMemberError extends Error {
  readonly type = 'UNKNOWN_MEMBER_ID'
}

/**
 * Two ways in which kafkajs 2.2.4 loses its place in a group. Applied once, at the first import.
 *
 * It forgets a broker whose connection ends. When something else fails before it has asked for the brokers again, its consumer finds
 * none, crashes, and joins as a new member, for whom the group waits until the session of the old one times out. With this a group
 * whose brokers are all forgotten goes on with those that it knew: to fetch from one asks for them anew.
 *
 * A member that the broker no longer knows forgets its id and joins. When that fails by its connection it goes on without an id: it
 * fetches what is another's now, and sends no heartbeat that would tell it so. With this its next heartbeat makes it join again.
 */
export function patchConsumerGroup(prototype: Group): void {
  const { getNodeIds, heartbeat } = prototype
  const known = new WeakMap<Group, string[]>()
  prototype.getNodeIds = function () {
    const ids = getNodeIds.call(this)
    if (ids.length > 0) known.set(this, ids)
    return known.get(this) ?? ids
  }
  prototype.heartbeat = async function (options) {
    if (!this.memberId) throw new NotAMemberError('the last attempt to join the group failed')
    await heartbeat.call(this, options)
  }
}

patchConsumerGroup(ConsumerGroup.prototype)
