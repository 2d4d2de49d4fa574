import { isSnapshot, SNAPSHOT_BYTES } from './snapshot'

it('takes an object, with what JSON can hold in it', () => {
  expect(isSnapshot({})).toBe(true)
  expect(isSnapshot({ question: ['a', 1, null, { b: true }], text: 'a \\u0000 that is only written like one' })).toBe(true)
})

it.each<[string, unknown]>([
  ['a list', []],
  ['null', null],
  ['a text', 'x'],
  ['a NUL in a value', { a: ['x\u0000'] }],
  ['a NUL in a name', { a: { 'x\u0000': 1 } }],
  ['half of a surrogate pair', { a: '\ud800' }],
  ['too many bytes', { a: 'é'.repeat(SNAPSHOT_BYTES / 2) }],
  ['too many levels', JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
])('refuses %s', (_, value) => {
  expect(isSnapshot(value)).toBe(false)
})
