/** One line of events.jsonl. Exactly one of `data` and `raw_base64` is there. */
export interface EventLine {
  readonly topic: string
  /** Kafka headers, sent exactly as they are; absent, the headers of a well-behaved producer are made up. */
  readonly headers?: Readonly<Record<string, string>>
  /** JSON value of the record. */
  readonly data?: unknown
  /** Bytes of the record's value; null is a record without a value. */
  readonly raw_base64?: string | null
}
