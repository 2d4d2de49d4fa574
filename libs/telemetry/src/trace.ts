import { AsyncLocalStorage } from 'node:async_hooks'
import { randomFillSync } from 'node:crypto'

/** Where the running work stands in a trace. Ids are lower-case hex: trace 32 digits, span 16. */
export interface TraceContext {
  /** The header to send to whatever this work calls or emits. */
  readonly traceparent: string
  readonly traceId: string
  readonly spanId: string
}

interface ParentSpan {
  readonly traceId: string
  readonly sampled: boolean
}

const storage = new AsyncLocalStorage<TraceContext>()

/** W3C Trace Context 1, section 3.2.2: version-traceid-parentid-flags, lower-case hex only. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** The trace of the running work, or undefined outside runWithTrace. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore()
}

/**
 * Runs work in a new span: of the trace named by a valid traceparent, else of a new trace (section 4.3 of W3C Trace
 * Context: an invalid header is ignored, never an error). currentTrace() holds in fn and all that it awaits.
 */
export function runWithTrace<T>(traceparent: string | undefined, fn: () => T): T {
  return storage.run(childOf(traceparent), fn)
}

function childOf(traceparent: string | undefined): TraceContext {
  const parent = parseTraceparent(traceparent)
  const traceId = parent?.traceId ?? randomHex(16)
  const spanId = randomHex(8)
  const flags = parent?.sampled === false ? '00' : '01'
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, traceId, spanId }
}

function parseTraceparent(header: string | undefined): ParentSpan | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header.trim())
  if (match === null) return undefined
  const [, version = '', traceId = '', parentId = '', flags = '', rest] = match
  // Version 00 has exactly four fields; later ones may carry more (section 3.2.2.1). ff is forbidden.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (isZero(traceId) || isZero(parentId)) return undefined
  return { traceId, sampled: (parseInt(flags, 16) & 1) === 1 }
}

function isZero(hex: string): boolean {
  return /^0+$/.test(hex)
}

/** Drawn for many ids at once: a call to the system's generator costs more than all else that a span does. */
const entropy = Buffer.alloc(4_096)
let spent = entropy.length

function randomHex(bytes: number): string {
  if (spent + bytes > entropy.length) {
    randomFillSync(entropy)
    spent = 0
  }
  const hex = entropy.toString('hex', spent, (spent += bytes))
  return isZero(hex) ? randomHex(bytes) : hex
}
