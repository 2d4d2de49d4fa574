import {
  courseVersion,
  everything,
  inputFiles,
  LESSON,
  lessonCompleted,
  lessonProgressed,
  QUIZ,
  quizAttempted,
  removeInputFiles,
  row,
  time,
  uuid,
  VERSION_ID,
  withElectives,
  type InputFiles,
} from '../input-files.fixture'
import { loadCohort } from './cohort'
import { expectationOf } from './expectation'

/** By Kafka, and by REST. */
const kafka = uuid(100, '1')
const rest = uuid(101, '2')
const keyOf = (user: string) => `${VERSION_ID}:${user}`
const now = Date.parse('2025-06-01T00:00:00.000Z')

async function expected(files: InputFiles) {
  return expectationOf(await loadCohort(await inputFiles(files)), { now, credentials: true })
}

afterAll(removeInputFiles)

describe('a completion is expected', () => {
  it('for a learner who did everything required, with its time and score', async () => {
    const { completions, credentials, templates } = await expected({ rows: [row(kafka)], events: everything(kafka) })
    expect([...completions.values()]).toEqual([
      { key: keyOf(kafka), userId: kafka, versionId: VERSION_ID, completedAt: Date.parse(time(3)), score: 80 },
    ])
    expect([...credentials]).toEqual([keyOf(kafka)])
    expect([...templates]).toEqual([[keyOf(kafka), uuid(3)]])
  })

  it('in any order of the events', async () => {
    const { completions } = await expected({ rows: [row(kafka)], events: everything(kafka).reverse() })
    expect(completions.get(keyOf(kafka))?.completedAt).toBe(Date.parse(time(3)))
  })

  it('when the score reaches the threshold, whatever the sender claims', async () => {
    const [a, b] = everything(kafka)
    const attempted = (score: number) => ({ rows: [row(kafka)], events: [a!, b!, quizAttempted(kafka, QUIZ.required, score)] })
    expect((await expected(attempted(70))).completions.size).toBe(1)
    expect((await expected(attempted(69.9))).completions.size).toBe(0)
  })

  it('after a failed attempt, with the score and time of the passed one', async () => {
    const { completions } = await expected({
      rows: [row(kafka)],
      events: [...everything(kafka), quizAttempted(kafka, QUIZ.required, 20, 9, 2)],
    })
    expect(completions.get(keyOf(kafka))).toMatchObject({ score: 80, completedAt: Date.parse(time(3)) })
  })

  it('once for duplicates', async () => {
    const { completions, statements } = await expected({
      rows: [row(kafka), row(kafka)],
      events: [...everything(kafka), ...everything(kafka)],
    })
    expect(completions.get(keyOf(kafka))).toMatchObject({ score: 80, completedAt: Date.parse(time(3)) })
    expect(statements).toBe(3)
  })

  it('when progress reaches 100, not before', async () => {
    const [, b, quiz] = everything(kafka)
    const progressed = (percentage: number) => ({ rows: [row(kafka)], events: [lessonProgressed(kafka, LESSON.a, percentage), b!, quiz!] })
    expect((await expected(progressed(100))).completions.size).toBe(1)
    expect((await expected(progressed(99))).completions.size).toBe(0)
  })

  it('when enough electives are done; the time is open when there are more', async () => {
    const versions = [withElectives()]
    const electives = (...ids: string[]) => ({
      versions,
      rows: [row(kafka)],
      events: [...everything(kafka), ...ids.map((id, i) => lessonCompleted(kafka, id, 4 + i))],
    })
    expect((await expected(electives(LESSON.x))).completions.size).toBe(0)
    expect((await expected(electives(LESSON.x, LESSON.z))).completions.get(keyOf(kafka))?.completedAt).toBe(Date.parse(time(5)))
    expect((await expected(electives(LESSON.x, LESSON.y, LESSON.z))).completions.get(keyOf(kafka))).toMatchObject({
      completedAt: null,
      score: 80,
    })
  })

  it('with open time and score when the same item was done at different times', async () => {
    const { completions } = await expected({ rows: [row(kafka)], events: [...everything(kafka), lessonCompleted(kafka, LESSON.a, 7)] })
    expect(completions.get(keyOf(kafka))).toMatchObject({ completedAt: null, score: null })
  })

  it('for a late enrollment', async () => {
    expect((await expected({ rows: [row(kafka, 'enroll', 99)], events: everything(kafka) })).completions.size).toBe(1)
  })

  it('without a credential where the version has none or none are issued, and without a badge where there is no template', async () => {
    const files = { rows: [row(kafka)], events: everything(kafka) }
    const without = await expected({ ...files, versions: [courseVersion({ credential: { enabled: false } })] })
    expect([without.completions.size, without.credentials.size]).toEqual([1, 0])
    const noTemplate = await expected({ ...files, versions: [courseVersion({ credential: { enabled: true } })] })
    expect([noTemplate.credentials.size, noTemplate.templates.size]).toEqual([1, 0])
    expect(expectationOf(await loadCohort(await inputFiles(files)), { now, credentials: false }).credentials.size).toBe(0)
  })
})

describe('no completion is expected', () => {
  it.each(['a lesson', 'another lesson', 'the quiz'])('without %s', async (missing) => {
    const place = ['a lesson', 'another lesson', 'the quiz'].indexOf(missing)
    expect((await expected({ rows: [row(kafka)], events: everything(kafka).toSpliced(place, 1) })).completions.size).toBe(0)
  })

  it('for a learner who is cancelled before the last item', async () => {
    expect((await expected({ rows: [row(kafka), row(kafka, 'cancel', 2)], events: everything(kafka) })).completions.size).toBe(0)
  })

  it('for a learner who never enrolled', async () => {
    expect((await expected({ events: everything(kafka) })).completions.size).toBe(0)
  })
})

describe('statements are expected', () => {
  const lessons = (user: string) => [
    lessonCompleted(user, LESSON.a, 1),
    lessonProgressed(user, LESSON.b, 100, 3),
    lessonProgressed(user, LESSON.optional, 60, 3),
  ]
  const counts = async (files: InputFiles) => {
    const { statements, optionalStatements } = await expected(files)
    return [statements, optionalStatements]
  }

  it('for every lesson done, required or not, and every completion', async () => {
    expect(await counts({ rows: [row(kafka)], events: [...everything(kafka), lessonCompleted(kafka, LESSON.optional)] })).toEqual([4, 0])
    expect(await counts({ rows: [row(kafka)], events: lessons(kafka) })).toEqual([2, 0])
    expect(await counts({ rows: [row(rest)], events: lessons(rest) })).toEqual([2, 0])
  })

  it('after a cancellation for what is reported by Kafka, maybe for what progress concludes, not by REST', async () => {
    expect(await counts({ rows: [row(kafka), row(kafka, 'cancel', 2)], events: lessons(kafka) })).toEqual([1, 1])
    expect(await counts({ rows: [row(rest), row(rest, 'cancel', 2)], events: lessons(rest) })).toEqual([1, 0])
  })

  it('without an enrollment only for what is reported, which goes by Kafka then', async () => {
    expect(await counts({ events: lessons(kafka) })).toEqual([1, 0])
    const cohort = await loadCohort(await inputFiles({ events: lessons(rest) }))
    expect(cohort.routeOf(rest)).toBe('kafka')
  })
})

describe('loadCohort refuses', () => {
  const enrolled = [row(kafka)]
  it.each<[string, InputFiles, string]>([
    [
      'an event of an unknown course version',
      { versions: [courseVersion({ course_version_id: uuid(9) })], events: everything(kafka) },
      'events.jsonl:1: data.course_version_id',
    ],
    [
      'an event of an unknown lesson',
      { rows: enrolled, events: [lessonCompleted(kafka, uuid(99))] },
      'events.jsonl:1: data.lesson_id is not in course version',
    ],
    [
      'a quiz under the name of a lesson',
      { rows: enrolled, events: [quizAttempted(kafka, LESSON.a, 80)] },
      'events.jsonl:1: data.quiz_id is not in course version',
    ],
    [
      'a course version among the events',
      { events: [{ topic: 'course-version.published', data: courseVersion() }] },
      'events.jsonl:1: topic course-version.published is for',
    ],
    [
      'an enrollment in an unknown course version',
      { versions: [courseVersion({ course_version_id: uuid(9) })], rows: enrolled },
      'enrollments.csv:2: course_version_id',
    ],
    ['an action it cannot foretell', { rows: [row(kafka, 'reactivate')] }, 'enrollments.csv:2: action must be enroll or cancel'],
    ['a cancellation of nothing', { rows: [row(kafka, 'cancel')] }, 'enrollments.csv:2: action cancel needs an enroll row'],
    [
      'two cancellations',
      { rows: [row(kafka), row(kafka, 'cancel', 1), row(kafka, 'cancel', 2)] },
      'enrollments.csv:4: action cancel is there twice',
    ],
    [
      'an enrollment after its cancellation',
      { rows: [row(kafka, 'enroll', 5), row(kafka, 'cancel', 2)] },
      'enrollments.csv:2: requested_at must be before the cancellation',
    ],
    [
      'a cancellation that races with the completion',
      { rows: [row(kafka), row(kafka, 'cancel', 4)], events: everything(kafka) },
      'enrollments.csv:3: requested_at of a cancellation must be before',
    ],
  ])('%s', async (_, files, message) => {
    await expect(expected(files)).rejects.toThrow(message)
  })
})
