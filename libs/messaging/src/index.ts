export type { Consumer, Kafka, Producer, Admin } from 'kafkajs'
export { readBounds, withAdmin } from './admin'
export { deadLetterTopic, DEAD_LETTER_BYTES, toDeadLetter } from './dead-letter'
export { decode, type Decoded } from './decode'
export { REPLAY_FOR_HEADER } from './dispatch'
export { ensureFence, listFences, passFence, setFence, type Fence, type FenceKey, type PartitionBounds } from './fence'
export { idempotentProducer } from './idempotent-producer'
export { createKafka, type KafkaClientOptions } from './kafka-client'
export { KafkaBatchServer, type KafkaBatchServerOptions } from './kafka-batch-server'
export { messagingMetrics, type MessagingMetrics } from './messaging-metrics'
export { messagingMigration } from './migration'
export { addToOutbox, toOutbox, type EventIdentity, type OutboxEvent } from './outbox'
export { listParked, parkedOfKey, type ParkedEvent } from './parked-list'
export type { ParkingOptions } from './parking-sweep'
export {
  eventTime,
  park,
  reject,
  type Batch,
  type BatchContext,
  type BatchHandler,
  type Disposition,
  type RawRecord,
  type Received,
} from './received'
export { readBack, type ReadBackOptions } from './read-back'
export { readRecord, readTopic } from './read-topic'
export { replayDeadLetters, type Replay } from './replay'
export { OutboxRelay, type OutboxRelayOptions } from './relay'
export { createTopics, type TopicSpec } from './topics'
