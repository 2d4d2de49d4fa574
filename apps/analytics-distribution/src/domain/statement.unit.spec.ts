import { randomUUID } from 'node:crypto'
import { CourseCompletedV1, LessonCompletedV1 } from '@laurel/contracts'
import fc from 'fast-check'
import { Identifiers } from './identifiers'
import { courseStatement, lessonStatement } from './statement'

const names = new Identifiers('https://laurel.example/xapi', 'https://laurel.example')
const lesson = LessonCompletedV1.samples[0]!
const course = CourseCompletedV1.samples[0]!
const at = new Date('2026-01-04T09:20:00.000Z')

describe('a lesson statement', () => {
  it('says who completed which lesson of which course version, and when', () => {
    expect(lessonStatement(lesson, at, names)).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      actor: { objectType: 'Agent', account: { homePage: 'https://laurel.example', name: lesson.user_id } },
      verb: { id: 'http://adlnet.gov/expapi/verbs/completed', display: { en: 'completed' } },
      object: {
        objectType: 'Activity',
        id: `https://laurel.example/xapi/course-versions/${lesson.course_version_id}/lessons/${lesson.lesson_id}`,
        definition: { type: 'http://adlnet.gov/expapi/activities/lesson' },
      },
      result: { completion: true },
      context: {
        contextActivities: {
          parent: [
            {
              objectType: 'Activity',
              id: `https://laurel.example/xapi/course-versions/${lesson.course_version_id}`,
              definition: { type: 'http://adlnet.gov/expapi/activities/course' },
            },
          ],
        },
      },
      timestamp: '2026-01-04T09:20:00.000Z',
    })
  })

  it('has the id of its fact, whatever the time it is told with', () => {
    const later = lessonStatement({ ...lesson }, new Date('2027-01-01T00:00:00.000Z'), names)
    expect(later.id).toBe(lessonStatement(lesson, at, names).id)
  })

  it.each(['user_id', 'course_version_id', 'lesson_id'] as const)('has another id for another %s', (part) => {
    const other = lessonStatement({ ...lesson, [part]: randomUUID() }, at, names)
    expect(other.id).not.toBe(lessonStatement(lesson, at, names).id)
  })
})

describe('a course statement', () => {
  it('says who completed which course version in which cycle, with what score, and when', () => {
    const statement = courseStatement({ ...course, score: 85.5 }, at, names)
    expect(statement).toMatchObject({
      actor: { account: { name: course.user_id } },
      object: { id: `https://laurel.example/xapi/course-versions/${course.course_version_id}` },
      result: { completion: true, score: { scaled: 0.855, raw: 85.5, min: 0, max: 100 } },
      context: {
        contextActivities: { grouping: [{ id: `https://laurel.example/xapi/courses/${course.course_id}` }] },
        extensions: {
          'https://laurel.example/xapi/extensions/completion-id': course.completion_id,
          'https://laurel.example/xapi/extensions/cycle': course.cycle,
        },
      },
      timestamp: '2026-01-04T09:20:00.000Z',
    })
  })

  it('has no score where the course has none', () => {
    const { score: _score, ...unscored } = course
    expect(courseStatement(unscored, at, names).result).toEqual({ completion: true })
  })

  it('keeps every score within its bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (raw) => {
        const { score } = courseStatement({ ...course, score: raw }, at, names).result
        expect(score!.raw).toBe(raw)
        expect(score!.scaled).toBeGreaterThanOrEqual(0)
        expect(score!.scaled).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('has the id of its completion', () => {
    const told = courseStatement({ ...course, detected_by: 'checker', detected_at: course.completed_at }, at, names)
    expect(told.id).toBe(courseStatement(course, at, names).id)
    expect(courseStatement({ ...course, completion_id: randomUUID() }, at, names).id).not.toBe(told.id)
  })
})

/** Rules of xAPI 1.0.3, Data; what a statement breaks, a conformant store refuses with its whole batch. */
describe.each([
  ['lesson', lessonStatement(lesson, at, names)],
  ['course', courseStatement(course, at, names)],
])('every %s statement', (_kind, statement) => {
  const leaves = [...leavesOf(statement)]

  it('holds no null and no empty value (2.2)', () => {
    expect(leaves.filter(({ value }) => value === null || value === undefined || value === '')).toEqual([])
  })

  it('has only properties of a statement, and neither stored, authority nor version (2.4)', () => {
    expect(Object.keys(statement).sort()).toEqual(['actor', 'context', 'id', 'object', 'result', 'timestamp', 'verb'])
  })

  it('has absolute IRIs wherever one is asked for (2.4.3, 2.4.4.1, 4.1)', () => {
    const activities = [statement.object, ...Object.values(statement.context.contextActivities).flat()]
    const iris = [
      statement.verb.id,
      statement.actor.account.homePage,
      ...activities.flatMap(({ id, definition }) => [id, definition.type]),
      ...Object.keys(statement.context.extensions ?? {}),
    ]
    expect(iris.filter((iri) => !URL.canParse(iri))).toEqual([])
  })

  it('identifies the learner by an account alone (2.4.2.3)', () => {
    expect(Object.keys(statement.actor).sort()).toEqual(['account', 'objectType'])
    expect(Object.keys(statement.actor.account).sort()).toEqual(['homePage', 'name'])
    expect(leaves.filter(({ value }) => String(value).includes('@'))).toEqual([])
  })

  it('gives context activities as lists (2.4.6.2)', () => {
    expect(Object.values(statement.context.contextActivities).every(Array.isArray)).toBe(true)
  })

  it('comes out of JSON as it went in', () => {
    expect(JSON.parse(JSON.stringify(statement))).toEqual(statement)
  })
})

function* leavesOf(value: unknown, path = ''): Generator<{ path: string; value: unknown }> {
  if (typeof value !== 'object' || value === null) yield { path, value }
  else for (const [key, member] of Object.entries(value)) yield* leavesOf(member, `${path}/${key}`)
}
