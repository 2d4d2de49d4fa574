import fc from 'fast-check'
import { compileRule, evaluate, passes, percentageOf, ruleHash, scoreOf, type Rule, type RuleSource } from './index'

const lesson = (lesson_id: string, required = true) => ({ lesson_id, required })
const quiz = (quiz_id: string, pass_threshold_percentage = 70, required = true) => ({ quiz_id, pass_threshold_percentage, required })

function ruleOf(source: Partial<RuleSource>): Rule {
  const compiled = compileRule({ lessons: [], quizzes: [], ...source })
  if (!compiled.ok) throw new Error(compiled.reason)
  return compiled.rule
}

/** given(rule).done({ a: 1 }): item ids with the epoch milliseconds at which they were done. */
const given = (source: Partial<RuleSource>) => {
  const rule = ruleOf(source)
  return { done: (times: Record<string, number>) => evaluate(rule, (ordinal) => times[rule.items[ordinal]!.id] ?? null) }
}

describe('evaluate', () => {
  it('completes when every required lesson and quiz is done, at the latest of their times', () => {
    const course = given({ lessons: [lesson('a'), lesson('b')], quizzes: [quiz('q')] })
    expect(course.done({ a: 5, b: 3 })).toEqual({ kind: 'incomplete', satisfied: 2, needed: 3, percentage: 66 })
    expect(course.done({ a: 5, b: 3, q: 4 })).toEqual({ kind: 'complete', needed: 3, completedAt: 5 })
  })

  it('counts optional items for nothing', () => {
    const course = given({ lessons: [lesson('a'), lesson('extra', false)] })
    expect(course.done({ extra: 9 })).toMatchObject({ kind: 'incomplete', satisfied: 0, percentage: 0 })
    expect(course.done({ a: 1, extra: 9 })).toMatchObject({ kind: 'complete', completedAt: 1 })
  })

  it('is not evaluable when nothing is needed', () => {
    expect(given({ lessons: [lesson('a', false)] }).done({ a: 1 })).toEqual({ kind: 'not-evaluable' })
    expect(given({}).done({})).toEqual({ kind: 'not-evaluable' })
  })

  it('takes the earliest items of an elective group, no more than it asks for', () => {
    const course = given({
      lessons: [lesson('a', false), lesson('b', false), lesson('c', false)],
      electives: [{ choose: 2, of: ['a', 'b', 'c'] }],
    })
    expect(course.done({ c: 9 })).toMatchObject({ kind: 'incomplete', satisfied: 1, needed: 2, percentage: 50 })
    expect(course.done({ a: 7, b: 2, c: 9 })).toMatchObject({ kind: 'complete', completedAt: 7 })
  })

  it('counts an item both as required and in its group', () => {
    const course = given({ lessons: [lesson('a'), lesson('b', false)], electives: [{ choose: 1, of: ['a', 'b'] }] })
    expect(course.done({ a: 4 })).toEqual({ kind: 'complete', needed: 2, completedAt: 4 })
  })

  it('never rounds up to 100', () => {
    const lessons = Array.from({ length: 300 }, (_, n) => lesson(`l${n}`))
    const allButOne = Object.fromEntries(lessons.slice(1).map((l) => [l.lesson_id, 1]))
    expect(given({ lessons }).done(allButOne)).toMatchObject({ percentage: 99 })
  })

  it('never falls as more items are done, and is 100 exactly when complete', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const group = fc
      .subarray(ids, { minLength: 1 })
      .chain((of) => fc.record({ of: fc.constant(of), choose: fc.integer({ min: 1, max: of.length }) }))
    const course = fc.record({
      required: fc.subarray(ids),
      electives: fc.array(group, { maxLength: 3 }),
      order: fc.shuffledSubarray(ids, { minLength: 5 }),
    })
    fc.assert(
      fc.property(course, ({ required, electives, order }) => {
        const rule = ruleOf({ lessons: ids.map((id) => lesson(id, required.includes(id))), electives })
        let before = -1
        for (let n = 0; n <= order.length; n++) {
          const done = new Set(order.slice(0, n))
          const evaluation = evaluate(rule, (ordinal) => (done.has(rule.items[ordinal]!.id) ? n : null))
          const percentage = percentageOf(evaluation)
          expect(percentage).toBeGreaterThanOrEqual(before)
          expect(percentage === 100).toBe(evaluation.kind === 'complete')
          before = percentage
        }
        expect(before).toBe(rule.needed === 0 ? 0 : 100)
      }),
    )
  })
})

describe('scoreOf', () => {
  const rule = ruleOf({ lessons: [lesson('a')], quizzes: [quiz('p'), quiz('q'), quiz('optional', 50, false)] })
  const best = (scores: Record<string, number>) => scoreOf(rule, (ordinal) => scores[rule.items[ordinal]!.id] ?? null)

  it('is the mean of the best attempts at the required quizzes', () => {
    expect(best({ p: 80, q: 95, optional: 0 })).toBe(87.5)
  })

  it('is undefined without a required quiz or without an attempt at one', () => {
    expect(best({ p: 80 })).toBeUndefined()
    expect(scoreOf(ruleOf({ lessons: [lesson('a')] }), () => 50)).toBeUndefined()
  })
})

describe('passes', () => {
  it('passes at the threshold and above', () => {
    expect(passes(70, 70)).toBe(true)
    expect(passes(69.99, 70)).toBe(false)
  })
})

describe('compileRule', () => {
  const refused = (source: Partial<RuleSource>) => {
    const compiled = compileRule({ lessons: [], quizzes: [], ...source })
    return compiled.ok ? null : compiled.reason
  }

  it('refuses a repeated id, also between lessons and quizzes', () => {
    expect(refused({ lessons: [lesson('a'), lesson('a')] })).toBe('lessons: id a occurs twice')
    expect(refused({ lessons: [lesson('a')], quizzes: [quiz('a')] })).toBe('quizzes: id a occurs twice')
  })

  it('refuses electives that cannot be satisfied or name unknown or repeated items', () => {
    const lessons = [lesson('a', false), lesson('b', false)]
    expect(refused({ lessons, electives: [{ choose: 3, of: ['a', 'b'] }] })).toBe('electives[0].choose must be between 1 and 2 (got 3)')
    expect(refused({ lessons, electives: [{ choose: 0, of: ['a'] }] })).toBe('electives[0].choose must be between 1 and 1 (got 0)')
    expect(refused({ lessons, electives: [{ choose: 1, of: ['z'] }] })).toBe('electives[0].of: z is no lesson or quiz of this version')
    expect(refused({ lessons, electives: [{ choose: 1, of: ['a', 'a'] }] })).toBe('electives[0].of: an id occurs twice')
  })
})

describe('ruleHash', () => {
  const rule = { lessons: [lesson('a'), lesson('b', false)], quizzes: [quiz('q')], electives: [{ choose: 1, of: ['a', 'b'] }] }
  const hash = (change: Partial<RuleSource> = {}) => ruleHash(ruleOf({ ...rule, ...change }))

  it('is the same for rules that judge alike', () => {
    expect(hash()).toBe(hash({ lessons: rule.lessons.map((one) => ({ ...one, title: 'Another title' })) }))
  })

  it.each<[string, Partial<RuleSource>]>([
    ['an item', { lessons: [lesson('a'), lesson('c', false)], electives: [] }],
    ['what is required', { lessons: [lesson('a'), lesson('b')] }],
    ['a threshold', { quizzes: [quiz('q', 71)] }],
    ['how many are to be chosen', { electives: [{ choose: 2, of: ['a', 'b'] }] }],
    ['what is to be chosen from', { electives: [{ choose: 1, of: ['b'] }] }],
    ['the order of items', { lessons: [lesson('b', false), lesson('a')] }],
  ])('differs by %s', (_, change) => {
    expect(hash(change)).not.toBe(hash())
  })
})
