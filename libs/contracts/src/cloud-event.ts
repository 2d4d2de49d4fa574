/** CloudEvents 1.0 with JSON data. `time` is RFC 3339 UTC with milliseconds; `traceparent` is W3C Trace Context. */
export interface CloudEvent<T> {
  id: string
  source: string
  type: string
  time: string
  data: T
  traceparent?: string
}

/**
 * Kafka headers of an event in binary mode (CloudEvents Kafka protocol binding section 3.2): the record's value is the
 * JSON data alone. `traceparent` has no prefix, as W3C Trace Context names it.
 */
export function ceHeaders(event: Omit<CloudEvent<unknown>, 'data'>): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: event.source,
    ce_type: event.type,
    ce_time: event.time,
    'content-type': 'application/json',
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  }
}

/** CloudEvents source of one of Laurel's services: `/laurel/<service>`. */
export function sourceOf(service: string): string {
  return `/laurel/${service}`
}

/** Start of every enrollment's first cycle, so that evidence older than a late enrollment still counts. */
export const FIRST_CYCLE_STARTED_AT = '1970-01-01T00:00:00.000Z'
