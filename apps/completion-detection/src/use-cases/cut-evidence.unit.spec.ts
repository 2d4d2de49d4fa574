import { createHash } from 'node:crypto'
import { cutEvidence } from './cut-evidence'

it('keeps 5,000 characters whole', () => {
  const whole = 'x'.repeat(5_000)
  expect(cutEvidence(whole)).toBe(whole)
})

it('cuts what is longer to 5,000 characters, says so, and tells the hash of the whole', () => {
  const whole = `{"course":"${'é'.repeat(6_000)}"}`
  const cut = cutEvidence(whole)
  const hash = createHash('sha256').update(whole).digest('hex')
  expect(cut).toHaveLength(5_000)
  expect(cut.endsWith(`… [cut from ${whole.length} characters, sha256 ${hash}]`)).toBe(true)
  expect(whole.startsWith(cut.slice(0, cut.indexOf('…')))).toBe(true)
})

it.each([0, 1])('cuts no character in half (%j)', (shift) => {
  const cut = cutEvidence('x'.repeat(shift) + '😀'.repeat(4_000))
  expect(cut.isWellFormed()).toBe(true)
  expect(cut.length).toBeLessThanOrEqual(5_000)
})
