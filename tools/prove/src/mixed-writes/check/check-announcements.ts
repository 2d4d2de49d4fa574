import {
  EnrollmentChangedV1,
  enrollmentChangedId,
  enrollmentKey,
  LessonCompletedV1,
  lessonCompletedId,
  QuizAttemptedV1,
  quizAttemptedId,
  sourceOf,
} from '@laurel/contracts'
import { readTopic, type Kafka } from '@laurel/messaging'
import type { Findings } from '../../findings'
import type { Announcement, Cycle } from '../lesson-model'
import type { Model } from '../model'
import type { RecordedAttempts } from './check-attempts'
import type { EnrollmentRow } from './check-enrollments'
import { cycleAt, cyclesOf, isOpen, type Cycles } from './cycles'

interface Event<T> {
  readonly id: string
  readonly key: string
  readonly data: T
}

/** Distinct events of progress in one topic. */
interface Announced<T> {
  readonly byId: ReadonlyMap<string, Event<T>>
  /** How often an event was there again: delivery is at least once. */
  readonly repeats: number
}

/** What the checks of the tables have read. */
export interface Tables {
  readonly attempts: RecordedAttempts
  readonly enrollments: ReadonlyMap<string, EnrollmentRow>
  readonly cycles: Cycles
}

/**
 * Compares what progress announced with the model: of each fact one id, the right content, nothing that did not happen.
 * Returns how many events were delivered more than once.
 */
export async function checkAnnouncements(kafka: Kafka, model: Model, tables: Tables, findings: Findings): Promise<number> {
  const lessons = await announced<LessonCompletedV1>(kafka, LessonCompletedV1.topic, findings)
  const attempts = await announced<QuizAttemptedV1>(kafka, QuizAttemptedV1.topic, findings)
  const changes = await announced<EnrollmentChangedV1>(kafka, EnrollmentChangedV1.topic, findings)
  checkLessons(lessons, model, tables.cycles, findings)
  checkAttempts(attempts, model, tables, findings)
  checkChanges(changes, tables.enrollments, findings)
  return lessons.repeats + attempts.repeats + changes.repeats
}

async function announced<T>(kafka: Kafka, topic: string, findings: Findings): Promise<Announced<T>> {
  const byId = new Map<string, Event<T>>()
  const texts = new Map<string, string>()
  let repeats = 0
  await readTopic(kafka, topic, ({ key, value, headers }) => {
    if (headers['ce_source'] !== sourceOf('progress')) return
    const id = headers['ce_id']!
    const text = value!.toString()
    if (texts.has(id)) repeats++
    if (texts.has(id) && texts.get(id) !== text)
      findings.add('wrong', `${topic} ${id} is there with two contents: ${texts.get(id)} and ${text}`)
    texts.set(id, text)
    byId.set(id, { id, key: key!.toString(), data: JSON.parse(text) as T })
  })
  return { byId, repeats }
}

function checkLessons({ byId }: Announced<LessonCompletedV1>, model: Model, cycles: Cycles, findings: Findings): void {
  for (const [key, { enrollment, lessons }] of model.enrollments) {
    for (const cycle of cyclesOf(cycles, key)) {
      const during = lessons.during(cycle)
      for (const lessonId of during.known) {
        const id = lessonCompletedId({ ...factOf(enrollment), lesson_id: lessonId, cycle: cycle.number })
        const what = `lesson.completed of ${lessonId} in cycle ${cycle.number} of ${key}`
        judge(what, inCycle(cycle, during.announcement(lessonId)), byId.has(id), findings)
      }
    }
  }
  for (const event of byId.values()) {
    const { data } = event
    const at = Date.parse(data.completed_at)
    const isTrue = model.enrollments.get(enrollmentKey(data))?.lessons.wasCompletedAt(data.lesson_id, at) ?? false
    const id = lessonCompletedId({ ...data, cycle: cycleAt(cycles, enrollmentKey(data), at).number })
    checkIdentity(`lesson.completed ${event.id}`, event, id, isTrue, findings)
  }
}

function checkAttempts(
  { byId }: Announced<QuizAttemptedV1>,
  model: Model,
  { attempts: recorded, cycles }: Tables,
  findings: Findings,
): void {
  for (const [key, { enrollment, attempts }] of model.enrollments) {
    for (const { attempt, given, completed, announcement } of attempts.expected) {
      const number = attempt.number ?? [...given][0]
      // Without a number in any answer nothing is certain of it.
      if (number === undefined) continue
      const cycle = cycleAt(cycles, key, completed.from)
      const id = quizAttemptedId({ ...factOf(enrollment), quiz_id: attempt.quizId, attempt_number: number, cycle: cycle.number })
      judge(`quiz.attempted ${number} of ${attempt.quizId} of ${key}`, inCycle(cycle, announcement), byId.has(id), findings)
    }
  }
  for (const event of byId.values()) {
    const { data } = event
    const at = Date.parse(data.completed_at)
    const row = recorded.get(enrollmentKey(data))?.find((one) => one.quiz_id === data.quiz_id && one.attempt_number === data.attempt_number)
    const isTrue =
      row !== undefined &&
      row.score === data.score &&
      row.is_passed === data.is_passed &&
      row.completed_at.getTime() === at &&
      row.started_at?.toISOString() === data.started_at
    const id = quizAttemptedId({ ...data, cycle: cycleAt(cycles, enrollmentKey(data), at).number })
    checkIdentity(`quiz.attempted ${event.id}`, event, id, isTrue, findings)
  }
}

/** What came after its cycle was closed is recorded and changes nothing else: nobody can tell from outside which came before. */
function inCycle(cycle: Cycle, announcement: Announcement): Announcement {
  return announcement === 'must' && !isOpen(cycle) ? 'may' : announcement
}

/** The last change told is what the table says. */
function checkChanges({ byId }: Announced<EnrollmentChangedV1>, rows: ReadonlyMap<string, EnrollmentRow>, findings: Findings): void {
  const latest = new Map<string, EnrollmentChangedV1>()
  for (const event of byId.values()) {
    const { data } = event
    checkIdentity(`enrollment.changed ${event.id}`, event, enrollmentChangedId(data), rows.has(event.key), findings)
    if (data.revision > (latest.get(event.key)?.revision ?? -1)) latest.set(event.key, data)
  }
  for (const [key, row] of rows) {
    const told = latest.get(key)
    if (!told) findings.add('lost', `enrollment ${key} was never announced`)
    else if (told.status !== row.status || told.revision !== Number(row.revision))
      findings.add(
        'lost',
        `enrollment ${key} is ${row.status} in revision ${row.revision}, announced as ${told.status} in ${told.revision}`,
      )
  }
}

function judge(what: string, announcement: Announcement, isThere: boolean, findings: Findings): void {
  if (announcement === 'must' && !isThere) findings.add('lost', `${what} was not announced`)
  if (announcement === 'must not' && isThere) findings.add('wrong', `${what} was announced, although another service had to`)
}

/** Another id for a fact is the fact told twice. */
function checkIdentity(what: string, event: Event<KeyedData>, id: string, isTrue: boolean, findings: Findings): void {
  if (event.id !== id) findings.add('doubled', `${what} must have the id ${id}`)
  if (event.key !== enrollmentKey(event.data)) findings.add('wrong', `${what} has the key ${event.key}`)
  if (!isTrue) findings.add('wrong', `${what} tells what did not happen: ${JSON.stringify(event.data)}`)
}

interface KeyedData {
  readonly user_id: string
  readonly course_version_id: string
}

function factOf({ userId, version }: { userId: string; version: { course_version_id: string } }) {
  return { user_id: userId, course_version_id: version.course_version_id }
}
