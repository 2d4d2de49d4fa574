import { randomBytes } from 'node:crypto'
import { Partitioners } from 'kafkajs'
import { murmur2 } from './murmur2'

/** From the tests of Apache Kafka's Java client, UtilsTest.testMurmur2. */
it.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('gives %s the hash that the Java client gives it', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

it('chooses the partition that kafkajs chooses, for keys of any bytes and length', () => {
  const partitionOf = Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: 1_009 }, (_, partitionId) => ({ partitionId, leader: 0 })) as never
  for (let length = 0; length < 100; length++) {
    const key = randomBytes(length)
    expect((murmur2(key) & 0x7fffffff) % 1_009).toBe(partitionOf({ topic: 't', partitionMetadata, message: { key, value: null } }))
  }
})
