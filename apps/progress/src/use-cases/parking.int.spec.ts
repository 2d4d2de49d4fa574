import {
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  EnrollmentRequestedV1,
  LessonCompletedV1,
  LessonProgressedV1,
  QuizAttemptedV1,
  type EventDefinition,
} from '@laurel/contracts'
import { arrivedCourseVersions, awaitedCourseVersion, CourseVersionStore } from '@laurel/course-versions'
import type { Disposition } from '@laurel/messaging'
import { transaction } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { announced, at, course, Learner } from '../events.fixture'
import { progressDatabase } from '../progress.module'
import { arrivedEnrollments, awaitedEnrollment } from './awaited-enrollment'

/** Real: Postgres. What the transport's sweep does with parked events is handed over by hand. */
let database: TestDatabase
let member: Member

beforeAll(async () => {
  database = await createTestDatabase(progressDatabase)
  member = new Member(database.dataSource)
})
afterAll(() => database.drop())

const handOver = (dispositions: readonly Disposition[]) => member.takeReceived(dispositions.map(({ message }) => message))
const lessons = (learner: Learner) =>
  database.dataSource.query('select lesson_id, status, completed_at from lesson_progress where user_id = $1', [learner.userId])
const attempts = (learner: Learner) =>
  database.dataSource.query('select quiz_id, score, is_passed, completed_at from quiz_attempts where user_id = $1', [learner.userId])

const EVIDENCE: [string, (learner: Learner) => readonly [EventDefinition<never>, unknown]][] = [
  ['lesson.progressed', (learner) => [LessonProgressedV1 as EventDefinition<never>, learner.progressed(learner.course.required[0]!, 100)]],
  ['lesson.completed', (learner) => [LessonCompletedV1 as EventDefinition<never>, learner.lesson(learner.course.required[0]!)]],
  ['quiz.attempted', (learner) => [QuizAttemptedV1 as EventDefinition<never>, learner.attempt(learner.course.quizzes[0]!, 70)]],
]
const recorded = async (learner: Learner) => [...(await lessons(learner)), ...(await attempts(learner))]

describe.each(EVIDENCE)('%s', (_, evidenceOf) => {
  const take = (learner: Learner) => {
    const [definition, data] = evidenceOf(learner)
    return member.take(definition, data as never)
  }

  it('parks for the unknown version, then for the unknown enrollment, then is recorded', async () => {
    const learner = new Learner(course({ required: 1, quizzes: [70] }))
    const { course_version_id: courseVersionId, user_id: userId } = learner.key
    const forVersion = await take(learner)
    expect(forVersion).toMatchObject([{ kind: 'park', waitsFor: awaitedCourseVersion(courseVersionId) }])
    await member.take(CourseVersionPublishedV1, learner.course.version)
    const forEnrollment = await handOver(forVersion)
    expect(forEnrollment).toMatchObject([{ kind: 'park', waitsFor: awaitedEnrollment({ courseVersionId, userId }) }])
    await member.take(EnrollmentRequestedV1, learner.request('enroll'))
    expect(await handOver(forEnrollment)).toEqual([])
    expect(await recorded(learner)).toMatchObject([{ completed_at: new Date(at(1)) }])
  })

  it('parks for the version also where the enrollment is there', async () => {
    const learner = new Learner(course({ required: 1, quizzes: [70] }))
    await member.take(EnrollmentRequestedV1, learner.request('enroll'))
    const parked = await take(learner)
    expect(parked).toMatchObject([{ waitsFor: awaitedCourseVersion(learner.key.course_version_id) }])
    await member.take(CourseVersionPublishedV1, learner.course.version)
    expect(await handOver(parked)).toEqual([])
    expect(await recorded(learner)).toHaveLength(1)
  })

  it.each(['cancel', 'revoke'] as const)('is recorded, whatever the enrollment says (after %s)', async (action) => {
    const learner = await member.enroll(course({ required: 1, quizzes: [70] }))
    await member.take(EnrollmentRequestedV1, learner.request(action, 1))
    expect(await take(learner)).toEqual([])
    expect(await recorded(learner)).toHaveLength(1)
  })
})

it('announces a lesson of a cancelled enrollment, so that it counts when it is reactivated', async () => {
  const learner = await member.enroll(course({ required: 1 }))
  await member.take(EnrollmentRequestedV1, learner.request('cancel', 1))
  await member.take(LessonProgressedV1, learner.progressed(learner.course.required[0]!, 100))
  expect(await announced(database.dataSource, learner, LessonCompletedV1.topic)).toHaveLength(1)
  expect((await announced(database.dataSource, learner, EnrollmentChangedV1.topic)).map(({ data }) => data['status'])).toEqual([
    'active',
    'cancelled_by_user',
  ])
})

it('parks or rejects alone what cannot be recorded: the rest of the batch is', async () => {
  const learner = await member.enroll(course({ required: 2, quizzes: [70] }))
  const [unknown, stranger] = [new Learner(course({ required: 1 })), new Learner(learner.course)]
  const [lesson, second] = learner.course.required
  const dispositions = await member.take(
    LessonProgressedV1,
    unknown.progressed(lesson!, 100),
    learner.progressed(lesson!, 100),
    learner.progressed(learner.course.quizzes[0]!, 100),
    stranger.progressed(lesson!, 100),
    learner.progressed(second!, 100),
  )
  expect(dispositions.map((d) => [d.kind, d.reason])).toEqual([
    ['park', `course version ${unknown.course.id} is unknown`],
    ['reject', `lesson_id ${learner.course.quizzes[0]!} is no lesson of this course version`],
    ['park', 'the learner is not enrolled in this course version'],
  ])
  expect(await lessons(learner)).toHaveLength(2)
  const [wrongKind] = await member.take(QuizAttemptedV1, learner.attempt(lesson!, 90))
  expect(wrongKind).toMatchObject({ kind: 'reject', reason: `quiz_id ${lesson!} is no quiz of this course version` })
})

it('tells which of the awaited things have arrived', async () => {
  const [learner, absent] = [await member.enroll(course({ required: 1 })), new Learner(course({ required: 1 }))]
  const awaited = [learner, absent].flatMap(({ key, userId }) => [
    awaitedCourseVersion(key.course_version_id),
    awaitedEnrollment({ courseVersionId: key.course_version_id, userId }),
  ])
  const found = await transaction(database.dataSource, async (tx) => [
    ...(await arrivedCourseVersions(tx, new CourseVersionStore(), awaited)),
    ...(await arrivedEnrollments(tx, awaited)),
  ])
  expect(found).toEqual(awaited.slice(0, 2))
})
