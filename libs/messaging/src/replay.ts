import type { Kafka } from 'kafkajs'
import { deadLetterTopic } from './dead-letter'
import { REPLAY_FOR_HEADER } from './dispatch'
import { idempotentProducer } from './idempotent-producer'
import { readRecord, readTopic } from './read-topic'
import type { RawRecord } from './received'

/** What a replay did. */
export interface Replay {
  readonly replayed: number
  /** Dead letters whose original could not be had, with the reason. */
  readonly skipped: readonly { readonly letter: RawRecord; readonly reason: string }[]
}

const RECORDS_PER_SEND = 200

/**
 * Sends the originals of a service's dead letters to their topics again, marked for that service alone. One whose value
 * was cut is read from its topic, which keeps it.
 */
export async function replayDeadLetters(kafka: Kafka, service: string, choose: (letter: RawRecord) => boolean): Promise<Replay> {
  const letters: RawRecord[] = []
  await readTopic(kafka, deadLetterTopic(service), (letter) => {
    if (choose(letter)) letters.push(letter)
  })
  const originals: RawRecord[] = []
  const skipped: { letter: RawRecord; reason: string }[] = []
  for (const letter of letters) {
    const original = await originalOf(kafka, letter)
    if (typeof original === 'string') skipped.push({ letter, reason: original })
    else originals.push(original)
  }
  await send(kafka, service, originals)
  return { replayed: originals.length, skipped }
}

async function originalOf(kafka: Kafka, letter: RawRecord): Promise<RawRecord | string> {
  const { dl_topic: topic, dl_partition: partition, dl_offset: offset } = letter.headers
  if (topic === undefined || partition === undefined || offset === undefined)
    return 'it lacks the headers dl_topic, dl_partition or dl_offset'
  if (letter.headers['dl_value_sha256'] !== undefined || letter.headers['dl_key_sha256'] !== undefined) {
    return (await readRecord(kafka, topic, Number(partition), BigInt(offset))) ?? `it was cut, and ${topic}:${partition}:${offset} is gone`
  }
  const headers = Object.fromEntries(Object.entries(letter.headers).filter(([name]) => !name.startsWith('dl_')))
  return { ...letter, topic, headers }
}

async function send(kafka: Kafka, service: string, originals: readonly RawRecord[]): Promise<void> {
  const producer = idempotentProducer(kafka)
  await producer.connect()
  try {
    for (const [topic, ofTopic] of Map.groupBy(originals, (original) => original.topic)) {
      for (let from = 0; from < ofTopic.length; from += RECORDS_PER_SEND) {
        const messages = ofTopic.slice(from, from + RECORDS_PER_SEND).map((original) => ({
          key: original.key,
          value: original.value,
          headers: { ...original.headers, [REPLAY_FOR_HEADER]: service },
        }))
        await producer.send({ topic, acks: -1, messages })
      }
    }
  } finally {
    await producer.disconnect()
  }
}
