import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup'
import createFetchManager from 'kafkajs/src/consumer/fetchManager'
import { patchConsumerGroup } from './kafkajs-brokers'

class Group {
  ids: string[] = []
  getNodeIds(): string[] {
    return this.ids
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

it('is applied to the kafkajs that is installed', () => {
  expect(ConsumerGroup.prototype.getNodeIds.toString()).toContain('known')
})
