import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { EVENTS } from '@laurel/contracts'
import type { EventLine } from './event-line'
import { InputError } from './input-error'
import { unreadable } from './unreadable'

/** What a line of events.jsonl sends. */
export interface Message {
  /** Line of the file, counted from 1. */
  readonly line: number
  readonly topic: string
  /** Undefined: those of a well-behaved producer. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** The record's value, as JSON or as bytes. */
  readonly content: { readonly data: unknown } | { readonly raw: Buffer | null }
}

/** The value of the Kafka record. */
export function valueOf({ content }: Message): Buffer | null {
  return 'raw' in content ? content.raw : Buffer.from(JSON.stringify(content.data))
}

const TOPICS = [...new Set(EVENTS.map((event) => event.topic))]
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * Reads events.jsonl line by line; empty lines are skipped. What a message says is not judged here: messages that
 * break their contract are part of the input.
 *
 * @throws InputError when a line itself cannot be read
 */
export async function* readEvents(path: string): AsyncGenerator<Message> {
  const file = basename(path)
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') yield messageOf(text, line, (problem) => new InputError(file, line, problem))
    }
  } catch (error) {
    throw unreadable(error, path)
  }
}

function messageOf(text: string, line: number, wrong: (problem: string) => InputError): Message {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw wrong(`is not JSON: ${(error as Error).message}`)
  }
  if (!isObject(json)) throw wrong('must be a JSON object {topic, headers?, data | raw_base64}')
  const { topic, headers, raw_base64 } = json as Partial<EventLine>
  if (typeof topic !== 'string' || !TOPICS.includes(topic))
    throw wrong(`topic must be one of ${TOPICS.join(', ')} (got ${JSON.stringify(topic)})`)
  if (headers !== undefined && !isObject(headers)) throw wrong('headers must be an object of strings')
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value !== 'string') throw wrong(`headers.${name} must be a string (got ${JSON.stringify(value)})`)
  }
  if (headers?.['ce_source']?.startsWith('/laurel/'))
    throw wrong('headers.ce_source must not be one of Laurel itself, which ignores its own events')
  if ('data' in json === 'raw_base64' in json) throw wrong('exactly one of data and raw_base64 must be there')
  if ('data' in json) return { line, topic, headers, content: { data: json['data'] } }
  if (raw_base64 === null) return { line, topic, headers, content: { raw: null } }
  if (typeof raw_base64 !== 'string' || !BASE64.test(raw_base64))
    throw wrong('raw_base64 must be base64 text, or null for a record without a value')
  return { line, topic, headers, content: { raw: Buffer.from(raw_base64, 'base64') } }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
