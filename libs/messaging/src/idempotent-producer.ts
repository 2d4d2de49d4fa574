import type { Kafka, PartitionerArgs, Producer, RetryOptions } from 'kafkajs'
import { murmur2 } from './murmur2'

/**
 * A producer whose repeats the broker recognises (Kafka's idempotent producer), one request at a time.
 *
 * kafkajs 2.2.4 draws the partition of a message without a key anew for each repeat. When the broker has taken it in the partition of
 * the first attempt and the request failed for another one, kafkajs gives the sequence number of that partition a second time, and
 * the broker drops the next message there as a repeat. Here such a message goes where its headers say, in every attempt.
 */
export function idempotentProducer(kafka: Kafka, retry?: RetryOptions): Producer {
  return kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: createSteadyPartitioner,
    ...(retry && { retry }),
  })
}

function createSteadyPartitioner(): (args: PartitionerArgs) => number {
  return ({ message, partitionMetadata }) => {
    const key = message.key ?? JSON.stringify(message.headers ?? {})
    return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitionMetadata.length
  }
}
