import { completionId, type CourseCompletedV1, type CredentialIssuedV1 } from '@laurel/contracts'
import type { SentMalformed } from '../drive/kafka-half'
import { everything, inputFiles, LESSON, lessonCompleted, removeInputFiles, row, time, uuid, VERSION_ID } from '../input-files.fixture'
import { loadCohort, type Cohort } from '../model/cohort'
import { expectationOf } from '../model/expectation'
import { hasArrived, isFlawless, judge, type Effects } from './judge'
import { SeenTopics } from './seen-topics'

const [completes, stops] = [uuid(101, '1'), uuid(102, '2')] as const
const key = (user: string) => `${VERSION_ID}:${user}`
const malformed: SentMalformed = { line: 5, reason: 'header ce_id is missing', topic: 'lesson.completed', partition: 0, offset: 50n }

let cohort: Cohort
beforeAll(async () => {
  cohort = await loadCohort(
    await inputFiles({ rows: [row(completes), row(stops)], events: [...everything(completes), lessonCompleted(stops, LESSON.a)] }),
  )
})
afterAll(removeInputFiles)

const completion = (user_id = completes, change: Partial<CourseCompletedV1> = {}): CourseCompletedV1 => {
  const fact = { user_id, course_version_id: VERSION_ID, cycle: 1 }
  return {
    completion_id: completionId(fact),
    ...fact,
    course_id: uuid(2),
    completed_at: time(3),
    detected_at: time(4),
    detected_by: 'events',
    score: 80,
    ...change,
  }
}
const credential = (certificate_uid: string, user_id = completes): CredentialIssuedV1 => ({
  certificate_uid,
  user_id,
  course_version_id: VERSION_ID,
  completion_id: completion(user_id).completion_id,
  issued_at: time(5),
})

interface Out {
  completions?: [CourseCompletedV1, string][]
  credentials?: CredentialIssuedV1[]
  deadLetters?: string[]
  effects?: Partial<Effects>
  foreignStatements?: number
}

const four = new Map([1, 2, 3, 4].map((n) => [`statement ${n}`, 1]))
const all: Required<Out> = {
  completions: [[completion(), 'a']],
  credentials: [credential(uuid(70))],
  deadLetters: ['50'],
  effects: { badges: new Map([[key(completes), 1]]), hrRecords: new Map([[key(completes), 1]]), statements: four },
  foreignStatements: 0,
}

/** Judges everything as it should be, but for the change. */
function judged(change: Out) {
  const { completions, credentials, deadLetters, foreignStatements } = { ...all, ...change }
  const effects = { ...all.effects, ...change.effects } as Effects
  const seen = new SeenTopics(cohort.userIds, () => false)
  const place = { partition: 0, offset: 0n, at: 1 }
  const value = (data: unknown) => Buffer.from(JSON.stringify(data))
  for (const [data, ce_id] of completions) seen.take({ ...place, topic: 'course.completed', headers: { ce_id }, value: value(data) })
  for (const data of credentials) seen.take({ ...place, topic: 'credential.issued', headers: {}, value: value(data) })
  for (const dl_offset of deadLetters)
    seen.take({
      ...place,
      topic: 'progress.dead-letter',
      value: null,
      headers: { dl_topic: 'lesson.completed', dl_partition: '0', dl_offset, dl_reason: 'why' },
    })
  expect(seen.problems).toEqual([])
  const expectation = expectationOf(cohort, { now: Date.parse(time(99)), credentials: true })
  return judge({ cohort, expectation, seen, effects, foreignStatements, malformed: [malformed] })
}

it('finds nothing wrong when everything is there once', () => {
  const verdict = judged({})
  expect([hasArrived(verdict), isFlawless(verdict)]).toEqual([true, true])
  for (const row of [verdict.completions, verdict.credentials, verdict.badges, verdict.hrRecords, verdict.deadLetters])
    expect(row).toEqual({ expected: 1, found: 1, missing: 0, double: 0, unexpected: 0, problems: [] })
  expect(verdict.statements).toMatchObject({ expected: 4, found: 4 })
  expect([...verdict.reasons]).toEqual([['why', 1]])
})

it('lets records come again with the same id', () => {
  const verdict = judged({
    completions: [
      [completion(), 'a'],
      [completion(), 'a'],
    ],
    credentials: [credential(uuid(70)), credential(uuid(70))],
  })
  expect([isFlawless(verdict), verdict.repeats]).toEqual([true, 1])
})

it.each<[string, Out, 'completions' | 'credentials' | 'badges' | 'hrRecords' | 'statements' | 'deadLetters', string]>([
  [
    'a missing completion',
    { completions: [] },
    'completions',
    `missing: learner ${completes} in course version ${VERSION_ID} (enrolled, by Kafka)`,
  ],
  ['a missing credential', { credentials: [] }, 'credentials', `missing: learner ${completes}`],
  ['a missing badge', { effects: { badges: new Map() } }, 'badges', `missing: learner ${completes}`],
  ['a missing HR record', { effects: { hrRecords: new Map() } }, 'hrRecords', `missing: learner ${completes}`],
  [
    'a missing statement',
    { effects: { statements: new Map([...four].slice(1)) } },
    'statements',
    "3 statements about the input's learners instead of 4",
  ],
  [
    'a missing dead letter',
    { deadLetters: [] },
    'deadLetters',
    'missing: events.jsonl:5 at lesson.completed[0]@50 (header ce_id is missing)',
  ],
])('finds %s', (_, change, row, problem) => {
  const verdict = judged(change)
  expect(hasArrived(verdict)).toBe(false)
  expect(verdict[row]).toMatchObject({ missing: 1, problems: [expect.stringContaining(problem)] })
})

it.each<[string, Out, 'completions' | 'credentials' | 'badges' | 'hrRecords' | 'statements', string]>([
  [
    'a second completion',
    {
      completions: [
        [completion(), 'a'],
        [completion(), 'b'],
      ],
    },
    'completions',
    `2 times: learner ${completes}`,
  ],
  ['a second credential', { credentials: [credential(uuid(70)), credential(uuid(71))] }, 'credentials', `2 times: learner ${completes}`],
  ['a second badge', { effects: { badges: new Map([[key(completes), 2]]) } }, 'badges', `2 times: learner ${completes}`],
  ['a second HR record', { effects: { hrRecords: new Map([[key(completes), 2]]) } }, 'hrRecords', `2 times: learner ${completes}`],
  [
    'a second statement with the same id',
    { effects: { statements: new Map([...four, ['statement 4', 2]]) } },
    'statements',
    '2 times: statement statement 4',
  ],
])('finds %s', (_, change, row, problem) => {
  const verdict = judged(change)
  expect([hasArrived(verdict), isFlawless(verdict)]).toEqual([true, false])
  expect(verdict[row]).toMatchObject({ found: verdict[row].expected, double: 1, problems: [expect.stringContaining(problem)] })
})

it.each<[string, Out, 'completions' | 'hrRecords' | 'statements' | 'deadLetters', string]>([
  [
    'a completion of a learner who stopped short',
    {
      completions: [
        [completion(), 'a'],
        [completion(stops), 'b'],
      ],
    },
    'completions',
    `unexpected: learner ${stops}`,
  ],
  [
    'an HR record of a learner who stopped short',
    {
      effects: {
        hrRecords: new Map([
          [key(completes), 1],
          [key(stops), 1],
        ]),
      },
    },
    'hrRecords',
    `unexpected: learner ${stops}`,
  ],
  ['a statement too many', { effects: { statements: new Map([...four, ['statement 5', 1]]) } }, 'statements', '5 statements'],
  ['a good message that was refused', { deadLetters: ['50', '51'] }, 'deadLetters', 'unexpected: lesson.completed[0]@51, refused as: why'],
])('finds %s', (_, change, row, problem) => {
  const verdict = judged(change)
  expect(isFlawless(verdict)).toBe(false)
  expect(verdict[row]).toMatchObject({ missing: 0, unexpected: 1, problems: [expect.stringContaining(problem)] })
})

it('finds a wrong time and a wrong score', () => {
  const { completions } = judged({ completions: [[completion(completes, { completed_at: time(2), score: 79 }), 'a']] })
  expect(completions.problems).toEqual([
    expect.stringContaining(`completed_at ${time(2)} instead of ${time(3)}`),
    expect.stringContaining('score 79 instead of 80'),
  ])
})

it('leaves the statements of other learners out', () => {
  expect(isFlawless(judged({ effects: { statements: new Map([...four, ['other', 1]]) }, foreignStatements: 1 }))).toBe(true)
})
