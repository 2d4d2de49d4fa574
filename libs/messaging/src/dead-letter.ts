import { createHash } from 'node:crypto'
import type { OutboxEvent } from './outbox'
import type { RawRecord } from './received'

/** A longer value or key is kept up to here, with the SHA-256 of the whole: a dead letter must always fit its topic. */
export const DEAD_LETTER_BYTES = 64 * 1024
const HEADER_CHARACTERS = 4_096
const REASON_CHARACTERS = 1_000

/** `<service>.dead-letter` */
export function deadLetterTopic(service: string): string {
  return `${service}.dead-letter`
}

/**
 * The record that tells of a message which a service could not take: the original key, value and headers, and
 * `dl_reason`, `dl_topic`, `dl_partition`, `dl_offset`, `dl_at`; where something was cut, also `dl_value_bytes` and
 * `dl_value_sha256` (or `dl_key_…`). The original stays in its topic at that offset.
 */
export function toDeadLetter(service: string, record: RawRecord, reason: string, at = new Date()): OutboxEvent {
  const value = cut('value', record.value)
  const key = cut('key', record.key)
  const original = Object.fromEntries(
    Object.entries(record.headers).map(([name, text]) => [printable(name, HEADER_CHARACTERS), printable(text, HEADER_CHARACTERS)]),
  )
  return {
    topic: deadLetterTopic(service),
    key: key.bytes,
    value: value.bytes,
    headers: {
      ...original,
      ...value.headers,
      ...key.headers,
      dl_reason: printable(reason, REASON_CHARACTERS),
      dl_topic: record.topic,
      dl_partition: String(record.partition),
      dl_offset: String(record.offset),
      dl_at: at.toISOString(),
    },
  }
}

function cut(what: 'key' | 'value', bytes: Buffer | null): { bytes: Buffer | null; headers: Record<string, string> } {
  if (bytes === null || bytes.length <= DEAD_LETTER_BYTES) return { bytes, headers: {} }
  return {
    bytes: bytes.subarray(0, DEAD_LETTER_BYTES),
    headers: {
      [`dl_${what}_bytes`]: String(bytes.length),
      [`dl_${what}_sha256`]: createHash('sha256').update(bytes).digest('hex'),
    },
  }
}

/** Headers pass through a jsonb column, which holds neither a NUL nor half a surrogate pair. */
function printable(text: string, longest: number): string {
  return text.replaceAll('\u0000', '\uFFFD').slice(0, longest).toWellFormed()
}
