import { isUtf8 } from 'node:buffer'
import { definitionOf, type EventDefinition } from '@laurel/contracts'
import type { RawRecord, Received } from './received'

export type Decoded =
  { readonly ok: true; readonly message: Received } | { readonly ok: false; readonly record: RawRecord; readonly reason: string }

/** The contracts of a topic, one per version. */
export type DefinitionsOf = (topic: string) => readonly EventDefinition<unknown>[]

/** Attributes that every CloudEvent carries (CloudEvents 1.0, section 3.1), as headers of the Kafka binary mode. */
const REQUIRED_HEADERS = ['ce_specversion', 'ce_id', 'ce_source', 'ce_type'] as const
const LONGEST_ATTRIBUTE = 512
const JSON_TYPE = 'application/json'

/**
 * Reads a record as a CloudEvent in Kafka binary mode (CloudEvents Kafka protocol binding 1.0.2, section 3.2) and
 * validates its data against the contract that its topic and `ce_type` name. A refusal says which header or field is
 * wrong and what was expected.
 */
export function decode(record: RawRecord, definitionsOf: DefinitionsOf = definitionOf): Decoded {
  const bad = (reason: string): Decoded => ({ ok: false, record, reason })
  const { headers } = record
  for (const name of REQUIRED_HEADERS) {
    const value = headers[name]
    if (value === undefined || value === '') return bad(`header ${name} is missing`)
    if (value.length > LONGEST_ATTRIBUTE || value.includes('\u0000'))
      return bad(`header ${name} is longer than ${LONGEST_ATTRIBUTE} characters or holds a NUL`)
  }
  if (headers['ce_specversion'] !== '1.0') return bad(`header ce_specversion must be 1.0 (got ${quote(headers['ce_specversion']!)})`)
  const contentType = headers['content-type']
  if (contentType !== undefined && contentType !== JSON_TYPE && !/^application\/json\s*(;|$)/i.test(contentType)) {
    return bad(`header content-type must be application/json (got ${quote(contentType)})`)
  }
  const time = headers['ce_time'] === undefined ? record.recordTime : new Date(headers['ce_time'])
  if (Number.isNaN(time.getTime())) return bad(`header ce_time must be an RFC 3339 time (got ${quote(headers['ce_time']!)})`)

  const versions = definitionsOf(record.topic)
  const type = headers['ce_type']!
  const definition = versions.find((version) => version.type === type)
  if (!definition)
    return bad(
      `header ce_type ${quote(type)} is not a known type of topic ${record.topic} (known: ${versions.map((v) => v.type).join(', ')})`,
    )

  if (record.value === null) return bad('value is null; an event carries its data as a JSON object')
  if (!isUtf8(record.value)) return bad('value is not JSON: it is not UTF-8 text')
  let json: unknown
  try {
    json = JSON.parse(record.value.toString('utf8'))
  } catch (error) {
    return bad(`value is not JSON: ${quote((error as Error).message)}`)
  }
  const parsed = definition.parse(json)
  if (!parsed.ok) return bad(parsed.reason)
  const { topic, partition, offset, key, value, recordTime } = record
  return {
    ok: true,
    message: {
      topic,
      partition,
      offset,
      key,
      value,
      headers,
      recordTime,
      id: headers['ce_id']!,
      source: headers['ce_source']!,
      type,
      time,
      data: parsed.data,
    },
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}
