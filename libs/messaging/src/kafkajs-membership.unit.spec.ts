import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup'
import createFetchManager from 'kafkajs/src/consumer/fetchManager'
import { patchConsumerGroup } from './kafkajs-membership'

class Group {
  ids: string[] = []
  memberId: string | null = 'member-1'
  beats = 0
  getNodeIds(): string[] {
    return this.ids
  }
  async heartbeat(): Promise<void> {
    this.beats++
  }
}
patchConsumerGroup(Group.prototype)

it('gives the brokers that are known, or the last ones that were', () => {
  const group = new Group()
  expect(group.getNodeIds()).toEqual([])
  for (const ids of [['1', '2'], ['2']]) {
    group.ids = ids
    expect(group.getNodeIds()).toEqual(ids)
  }
  group.ids = []
  expect(group.getNodeIds()).toEqual(['2'])
})

it('lets kafkajs fetch on when every broker is forgotten, where it would crash', async () => {
  const group = new Group()
  const logger = { namespace: () => logger, debug: () => undefined }
  const fetched: string[] = []
  const manager = createFetchManager({
    logger,
    getNodeIds: () => group.getNodeIds(),
    fetch: async (nodeId) => {
      fetched.push(nodeId)
      await Promise.resolve()
      void manager.stop()
      return []
    },
    handler: async () => undefined,
  })
  await expect(manager.start()).rejects.toThrow('No broker available')
  group.ids = ['7']
  group.getNodeIds()
  group.ids = []
  await manager.start()
  expect(fetched[0]).toBe('7')
})

it('says that it is no member, as the broker would, when it has no id', async () => {
  const group = new Group()
  await group.heartbeat()
  expect(group.beats).toBe(1)
  group.memberId = null
  await expect(group.heartbeat()).rejects.toMatchObject({ type: 'UNKNOWN_MEMBER_ID' })
})

it('is applied to the kafkajs that is installed', () => {
  expect(ConsumerGroup.prototype.getNodeIds.toString()).toContain('known')
})
