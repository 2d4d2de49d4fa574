import { completionId, CourseVersionPublishedV1, EnrollmentChangedV1, LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { completionDatabase } from '../completion-detection.module'
import { completionsOf, Member } from '../consumers/member.fixture'
import { decodeLog } from '../domain/evidence-log'
import { at, course, Learner } from '../events.fixture'

/** Real: Postgres. The first cycle of each learner is complete at second 5; the second begins at second 100. */
let database: TestDatabase
let member: Member

beforeAll(async () => {
  database = await createTestDatabase(completionDatabase)
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

const SECOND = 100

async function completedOnce() {
  const it = course({ required: 2, quizzes: [60] })
  const learner = new Learner(it)
  await member.take(CourseVersionPublishedV1, it.version)
  await member.take(EnrollmentChangedV1, learner.enrollment())
  await member.take(LessonCompletedV1, ...it.required.map((id) => learner.lesson(id, 5)))
  await member.take(QuizAttemptedV1, learner.attempt(it.quizzes[0]!, 80, 4))
  const completions = async () =>
    (await completionsOf(database.dataSource, it.version.course_version_id)).map(({ cycle, completed_at, score, ce_id }) => {
      expect(ce_id).toBe(completionId({ ...learner.key, cycle }))
      return [cycle, completed_at, score]
    })
  expect(await completions()).toEqual([[1, at(5), 80]])
  const openSecond = () =>
    member.take(EnrollmentChangedV1, learner.enrollment({ revision: 9, cycle: 2, cycle_started_at: at(SECOND), status: 'active' }))
  return { ...it, learner, completions, openSecond }
}

const FIRST = [1, at(5), 80]

it('completes once more in a new cycle, by what is done in it alone', async () => {
  const { learner, required, quizzes, completions, openSecond } = await completedOnce()
  await openSecond()
  await member.take(LessonCompletedV1, learner.lesson(required[0]!, 110), learner.lesson(required[1]!, 99))
  await member.take(QuizAttemptedV1, learner.attempt(quizzes[0]!, 70, 120, 2))
  expect(await completions()).toEqual([FIRST])
  await member.take(LessonCompletedV1, learner.lesson(required[1]!, 115))
  expect(await completions()).toEqual([FIRST, [2, at(120), 70]])
})

it('folds evidence that was dated after the first completion when its cycle arrives', async () => {
  const { learner, required, quizzes, completions, openSecond } = await completedOnce()
  await member.take(LessonCompletedV1, ...required.map((id) => learner.lesson(id, 130)))
  await member.take(QuizAttemptedV1, learner.attempt(quizzes[0]!, 65, 131, 2))
  expect(await completions()).toEqual([FIRST])
  await openSecond()
  expect(await completions()).toEqual([FIRST, [2, at(131), 65]])
})

it('records late evidence of the closed cycle once, and changes nothing by it', async () => {
  const { learner, required, quizzes, completions, openSecond } = await completedOnce()
  await openSecond()
  const late = [learner.lesson(required[0]!, 2), learner.lesson(required[0]!, 50)]
  for (let round = 0; round < 2; round++) {
    await member.take(LessonCompletedV1, ...late)
    await member.take(QuizAttemptedV1, learner.attempt(quizzes[0]!, 100, 3, 2))
  }
  expect(await completions()).toEqual([FIRST])
  const pages = await database.dataSource.query<{ cycle: number; entries: Buffer }[]>(
    'select cycle, entries from evidence_page where user_id = $1 order by page',
    [learner.userId],
  )
  const times = pages.flatMap(({ cycle, entries }) => decodeLog(entries).map((one) => [cycle, new Date(one.at).toISOString()]))
  expect(times.toSorted()).toEqual([2, 3, 4, 5, 5, 50].map((n) => [1, at(n)]).toSorted())
  const open = await database.dataSource.query('select length(evidence) as bytes, cycle from completion_ledger where user_id = $1', [
    learner.userId,
  ])
  expect(open).toEqual([{ bytes: 0, cycle: 2 }])
})

it('keeps the cycles apart when their evidence comes in one batch', async () => {
  const { learner, required, quizzes, completions, openSecond } = await completedOnce()
  await openSecond()
  await member.take(
    LessonCompletedV1,
    ...required.flatMap((id) => [learner.lesson(id, 7), learner.lesson(id, 140), learner.lesson(id, 120)]),
  )
  await member.take(QuizAttemptedV1, learner.attempt(quizzes[0]!, 100, 8, 2), learner.attempt(quizzes[0]!, 61, 121, 3))
  expect(await completions()).toEqual([FIRST, [2, at(121), 61]])
})

it('takes no step back to an earlier cycle', async () => {
  const { learner, required, completions, openSecond } = await completedOnce()
  await openSecond()
  await member.take(EnrollmentChangedV1, learner.enrollment({ revision: 2 }))
  await member.take(LessonCompletedV1, learner.lesson(required[0]!, 101))
  const rows = await database.dataSource.query('select cycle, revision, completed_at from completion_ledger where user_id = $1', [
    learner.userId,
  ])
  expect(rows).toEqual([{ cycle: 2, revision: '9', completed_at: null }])
  expect(await completions()).toEqual([FIRST])
})

it('keeps three cycles apart that are opened in one batch', async () => {
  const { learner, required, quizzes, completions } = await completedOnce()
  const did = (n: number, attempt: number) => ({
    lessons: required.map((id) => learner.lesson(id, n)),
    attempt: learner.attempt(quizzes[0]!, 60 + attempt, n, attempt),
  })
  const [second, third] = [did(120, 2), did(220, 3)]
  await member.take(LessonCompletedV1, ...second.lessons, ...third.lessons)
  await member.take(QuizAttemptedV1, second.attempt, third.attempt)
  await member.take(
    EnrollmentChangedV1,
    learner.enrollment({ revision: 2, status: 'completed' }),
    learner.enrollment({ revision: 3, cycle: 2, cycle_started_at: at(100) }),
    learner.enrollment({ revision: 4, cycle: 3, cycle_started_at: at(200) }),
  )
  // Until the third is known, what was done in it counts in the second: the best score is among it.
  expect(await completions()).toEqual([FIRST, [2, at(120), 63], [3, at(220), 63]])
  const closed = await database.dataSource.query(
    'select cycle, started_at, ended_at, status from closed_cycle where user_id = $1 order by cycle',
    [learner.userId],
  )
  expect(closed).toEqual([
    { cycle: 1, started_at: new Date(0), ended_at: new Date(at(100)), status: 'completed' },
    { cycle: 2, started_at: new Date(at(100)), ended_at: new Date(at(200)), status: 'active' },
  ])
})
