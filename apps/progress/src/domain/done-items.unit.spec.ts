import { randomUUID } from 'node:crypto'
import { compileRule, evaluate, percentageOf, type Rule } from '@laurel/course-rule'
import * as fc from 'fast-check'
import { isDone, lessonsDone, NOTHING_DONE, percentageDone, withDone } from './done-items'

function rule({ lessons, quizzes = 0, choose }: { lessons: number; quizzes?: number; choose?: number }): Rule {
  const lessonIds = Array.from({ length: lessons }, () => randomUUID())
  const compiled = compileRule({
    lessons: lessonIds.map((lesson_id) => ({ lesson_id, required: choose === undefined })),
    quizzes: Array.from({ length: quizzes }, () => ({ quiz_id: randomUUID(), required: true, pass_threshold_percentage: 50 })),
    ...(choose === undefined ? {} : { electives: [{ choose, of: lessonIds }] }),
  })
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.rule
}

it('remembers any set of items, whatever the order in which they are done', () => {
  const ordinals = fc.array(fc.nat(300), { maxLength: 60 })
  fc.assert(
    fc.property(ordinals, ordinals, (first, second) => {
      const done = withDone(withDone(NOTHING_DONE, first), second)
      const expected = new Set([...first, ...second])
      for (let ordinal = 0; ordinal < 320; ordinal++) expect(isDone(done, ordinal)).toBe(expected.has(ordinal))
      expect(done).toEqual(withDone(NOTHING_DONE, [...second, ...first]))
    }),
  )
})

it('is the same object when nothing is added, and never changes the one it was given', () => {
  const done = withDone(NOTHING_DONE, [3, 9])
  expect(withDone(done, [9, 3])).toBe(done)
  const before = Buffer.from(done)
  withDone(done, [4])
  expect(done).toEqual(before)
})

it('makes the percentage that the course rule makes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(3), fc.array(fc.nat(22)), (lessons, quizzes, ordinals) => {
      const some = rule({ lessons, quizzes })
      const items = new Set(ordinals.filter((ordinal) => ordinal < some.items.length))
      const expected = percentageOf(evaluate(some, (ordinal) => (items.has(ordinal) ? 0 : null)))
      expect(percentageDone(some, withDone(NOTHING_DONE, items))).toBe(expected)
      expect(lessonsDone(some, withDone(NOTHING_DONE, items))).toBe([...items].filter((ordinal) => ordinal < lessons).length)
    }),
  )
})

it('counts an elective group up to what is to be chosen', () => {
  const electives = rule({ lessons: 4, choose: 2 })
  const percentages = [[], [0], [0, 3], [0, 1, 2, 3]].map((ordinals) => percentageDone(electives, withDone(NOTHING_DONE, ordinals)))
  expect(percentages).toEqual([0, 50, 100, 100])
})
