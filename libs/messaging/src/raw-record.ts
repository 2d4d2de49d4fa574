import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { RawRecord } from './received'

/** A kafkajs message as a plain record. Of a repeated header the last value counts. */
export function rawRecord(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: textHeaders(message.headers ?? {}),
    recordTime: new Date(Number(message.timestamp)),
  }
}

function textHeaders(headers: IHeaders): Record<string, string> {
  if (isText(headers)) return headers
  const text: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined) text[name] = last.toString()
  }
  return text
}

function isText(headers: IHeaders): headers is Record<string, string> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false
  return true
}
