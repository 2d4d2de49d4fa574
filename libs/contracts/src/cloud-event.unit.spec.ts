import { ceHeaders, FIRST_CYCLE_STARTED_AT, isUtcDateTime, sourceOf } from '.'

const event = {
  id: '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  source: sourceOf('progress'),
  type: 'lesson.completed.v1',
  time: '2026-01-02T03:04:05.678Z',
}

const headers = {
  ce_specversion: '1.0',
  ce_id: '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  ce_source: '/laurel/progress',
  ce_type: 'lesson.completed.v1',
  ce_time: '2026-01-02T03:04:05.678Z',
  'content-type': 'application/json',
}

it('writes CloudEvents binary mode headers', () => {
  expect(ceHeaders(event)).toStrictEqual(headers)
})

it('carries the trace where there is one', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  expect(ceHeaders({ ...event, traceparent })).toStrictEqual({ ...headers, traceparent })
})

it('starts the first cycle at a time that the contracts accept', () => {
  expect(isUtcDateTime(FIRST_CYCLE_STARTED_AT)).toBe(true)
  expect(Date.parse(FIRST_CYCLE_STARTED_AT)).toBe(0)
})
