import { courseVersion, LESSON, QUIZ, uuid, withElectives } from '../input-files.fixture'
import { ruleOf, satisfiedAt, type Rule } from './rule'

/** Times by item id; the others were never done. */
function done(rule: Rule, times: Record<string, number>): Float64Array {
  const at = new Float64Array(rule.itemIds.length).fill(NaN)
  for (const [id, time] of Object.entries(times)) at[rule.places.get(id)!] = time
  return at
}

const when = (version: Parameters<typeof ruleOf>[0], times: Record<string, number>) =>
  satisfiedAt(ruleOf(version), done(ruleOf(version), times))
const required = { [LESSON.a]: 10, [LESSON.b]: 30, [QUIZ.required]: 20 }

describe('satisfiedAt', () => {
  it('is the latest of the required items, whatever the optional ones are', () => {
    expect(when(courseVersion(), required)).toBe(30)
    expect(when(courseVersion(), { ...required, [LESSON.optional]: 99, [QUIZ.optional]: 99 })).toBe(30)
  })

  it.each(Object.keys(required))('is null while required item %s is missing', (id) => {
    expect(when(courseVersion(), { ...required, [LESSON.optional]: 5, [id]: NaN })).toBeNull()
  })

  it('takes the earliest `choose` of an elective group', () => {
    expect(when(withElectives(), { ...required, [LESSON.x]: 40 })).toBeNull()
    expect(when(withElectives(), { ...required, [LESSON.x]: 40, [LESSON.z]: 50 })).toBe(50)
    expect(when(withElectives(), { ...required, [LESSON.x]: 90, [LESSON.y]: 50, [LESSON.z]: 40 })).toBe(50)
    expect(when(withElectives(), { ...required, [LESSON.y]: 5, [LESSON.z]: 6 })).toBe(30)
  })

  it('lets one item count for two groups and for itself', () => {
    const electives = [
      { choose: 1, of: [LESSON.a, LESSON.optional] },
      { choose: 1, of: [LESSON.optional, LESSON.a] },
    ]
    expect(when(courseVersion({ electives }), required)).toBe(30)
  })

  it('is null for a version that needs nothing', () => {
    const { lessons, quizzes } = courseVersion()
    const nothing = courseVersion({ lessons: lessons.filter((l) => !l.required), quizzes: quizzes.filter((q) => !q.required) })
    expect(when(nothing, { [LESSON.optional]: 1, [QUIZ.optional]: 2 })).toBeNull()
  })
})

describe('ruleOf', () => {
  it.each([
    ['choose 0', { choose: 0, of: [LESSON.a] }, 'electives[0].choose must be 1 to 1'],
    ['choose more than there are', { choose: 2, of: [LESSON.a] }, 'electives[0].choose must be 1 to 1'],
    ['an unknown id', { choose: 1, of: [uuid(999)] }, `electives[0].of[0] ${uuid(999)} is no lesson or quiz`],
    ['a repeated id', { choose: 1, of: [LESSON.a, LESSON.a] }, 'electives[0].of must not repeat'],
  ])('refuses %s', (_, group, message) => {
    expect(() => ruleOf(courseVersion({ electives: [group] }))).toThrow(message)
  })

  it('refuses an id that is a lesson and a quiz', () => {
    const { quizzes } = courseVersion()
    expect(() => ruleOf(courseVersion({ quizzes: [{ ...quizzes[0]!, quiz_id: LESSON.a }] }))).toThrow('different ids')
  })
})
