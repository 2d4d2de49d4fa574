import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup'

interface Group {
  getNodeIds(): string[]
}

/**
 * kafkajs 2.2.4 forgets a broker whose connection ends. When something else fails before it has asked for the brokers again, its
 * consumer finds none, crashes, and joins as a new member, for whom the group waits until the session of the old one times out.
 * With this a group whose brokers are all forgotten goes on with those that it knew: to fetch from one asks for them anew. Applied
 * once, at the first import.
 */
export function patchConsumerGroup(prototype: Group): void {
  const { getNodeIds } = prototype
  const known = new WeakMap<Group, string[]>()
  prototype.getNodeIds = function () {
    const ids = getNodeIds.call(this)
    if (ids.length > 0) known.set(this, ids)
    return known.get(this) ?? ids
  }
}

patchConsumerGroup(ConsumerGroup.prototype)
