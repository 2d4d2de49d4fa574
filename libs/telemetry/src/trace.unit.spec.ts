import { readFile } from 'node:fs/promises'
import { currentTrace, runWithTrace } from './trace'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'

describe('runWithTrace', () => {
  it('continues the trace of a valid header in a span of its own', () => {
    const trace = runWithTrace(`00-${TRACE_ID}-${PARENT}-01`, currentTrace)
    expect(trace?.traceId).toBe(TRACE_ID)
    expect(trace?.spanId).toMatch(/^[0-9a-f]{16}$/)
    expect(trace?.spanId).not.toBe(PARENT)
    expect(trace?.traceparent).toBe(`00-${TRACE_ID}-${trace?.spanId}-01`)
  })

  it('hands on that the caller did not sample', () => {
    expect(runWithTrace(`00-${TRACE_ID}-${PARENT}-00`, currentTrace)?.traceparent).toMatch(/-00$/)
  })

  it('reads the fields it knows of a later version', () => {
    expect(runWithTrace(`cc-${TRACE_ID}-${PARENT}-01-what-comes`, currentTrace)?.traceId).toBe(TRACE_ID)
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['upper case', `00-${TRACE_ID.toUpperCase()}-${PARENT}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['version ff', `ff-${TRACE_ID}-${PARENT}-01`],
    ['version 00 with a fifth field', `00-${TRACE_ID}-${PARENT}-01-x`],
    ['a short trace id', `00-${TRACE_ID.slice(1)}-${PARENT}-01`],
  ])('starts a new trace on %s', (_what, header) => {
    const trace = runWithTrace(header, currentTrace)
    expect(trace?.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/)
    expect(trace?.traceId).not.toBe(TRACE_ID)
  })

  it('holds over awaits, each flow its own, and ends with the work', async () => {
    const afterAwait = async () => {
      const before = currentTrace()
      await readFile(__filename)
      return { before, after: currentTrace() }
    }
    const flows = await Promise.all([runWithTrace(undefined, afterAwait), runWithTrace(undefined, afterAwait)])
    for (const { before, after } of flows) expect(after).toBe(before)
    expect(flows[0].after?.traceId).not.toBe(flows[1].after?.traceId)
    expect(currentTrace()).toBeUndefined()
  })
})
