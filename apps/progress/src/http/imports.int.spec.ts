import { randomUUID } from 'node:crypto'
import {
  CourseVersionPublishedV1,
  EnrollmentChangedV1,
  EnrollmentRequestedV1,
  LessonCompletedV1,
  lessonCompletedId,
  QuizAttemptedV1,
  quizAttemptedId,
} from '@laurel/contracts'
import { eventually } from '@laurel/testing'
import { Member } from '../consumers/member.fixture'
import { allAnnounced, announced, at, course, type Course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api } from './api.fixture'
import { ADMIN, csvOf, History, importCsv, importNdjson, ndjsonOf, send, type ImportAnswer, type Row } from './import.fixture'

/** Real: the service over HTTP and its database. */
const api = new Api()
let member: Member
let taught: Course

beforeAll(async () => {
  await api.start(progressDatabase, startProgress)
  member = new Member(api.database.dataSource)
  taught = course({ required: 2, quizzes: [50] })
  await member.take(CourseVersionPublishedV1, taught.version)
})
afterAll(() => api.stop())

const counts = ({ body }: { body: Row }) => [body['rows'], body['applied'], body['unchanged'], body['rejected']]
const progressOf = (history: History) => api.read(history.learner)

describe.each([
  ['text/csv', csvOf, importCsv],
  ['application/x-ndjson', ndjsonOf, importNdjson],
] as const)('history as %s', (_, write, importFile) => {
  it('becomes enrollments, lessons and attempts, each announced once with the id of the fact', async () => {
    const history = new History(taught)
    const { learner } = history
    const id = randomUUID()
    const answer = await importFile(api, id, write(history.whole()))
    expect(answer).toEqual({
      status: 200,
      body: { import_id: id, dry_run: false, state: 'done', rows: 4, applied: 4, unchanged: 0, rejected: 0, errors: [] },
    })
    expect((await progressOf(history)).body).toMatchObject({ percentage: 100, completed_lessons: 2 })
    const identity = { ...learner.key, cycle: 1 }
    const events = await announced(api.database.dataSource, learner, LessonCompletedV1.topic, QuizAttemptedV1.topic)
    expect(events.map(({ id }) => id).toSorted()).toEqual(
      [
        ...taught.required.map((lesson_id) => lessonCompletedId({ ...identity, lesson_id })),
        quizAttemptedId({ ...identity, quiz_id: taught.quizzes[0]!, attempt_number: 1 }),
      ].toSorted(),
    )
    const [enrolled] = await announced(api.database.dataSource, learner, EnrollmentChangedV1.topic)
    expect(enrolled!.data).toMatchObject({ status: 'active', enrolled_at: at(0) })
  })

  it('announces nothing when the same rows are imported again under another id', async () => {
    const history = new History(taught)
    await importFile(api, randomUUID(), write(history.whole()))
    const before = await allAnnounced(api.database.dataSource)
    expect(counts(await importFile(api, randomUUID(), write(history.whole())))).toEqual([4, 0, 4, 0])
    expect(await allAnnounced(api.database.dataSource)).toEqual(before)
  })

  it('answers a finished import again, and is told from another file by its rows', async () => {
    const history = new History(taught)
    const id = randomUUID()
    const rows = [...history.whole(), history.lesson(randomUUID())]
    const first = await importFile(api, id, write(rows))
    expect(counts(first)).toEqual([5, 4, 0, 1])
    expect(await importFile(api, id, write(rows))).toEqual(first)
    for (const other of [rows.slice(0, 4), [...rows, rows[0]!], [...rows.slice(0, 4), history.lesson(randomUUID())], []])
      expect(await importFile(api, id, write(other))).toMatchObject({ status: 409, body: { errors: [{ field: 'import_id' }] } })
    expect(counts(await send(api, 'GET', `imports/${id}`))).toEqual([5, 4, 0, 1])
  })
})

describe('a row that cannot be applied', () => {
  const errorsOf = async (...rows: Row[]) => {
    const { body } = await importNdjson(api, randomUUID(), ndjsonOf(rows))
    return body.errors.map(({ row, field }) => [row, field])
  }

  it('is named with its field, and the others are applied', async () => {
    const history = new History(taught)
    const [lesson] = taught.required
    const [quiz] = taught.quizzes
    const unknown = { course_version_id: randomUUID() }
    expect(
      await errorsOf(
        history.enrollment(),
        { ...history.lesson(lesson!), ...unknown },
        { ...history.enrollment(), ...unknown },
        history.lesson(quiz!),
        history.attempt(lesson!, 70),
        history.attempt(quiz!, 70),
        history.attempt(quiz!, 80),
        history.attempt(quiz!, 101, 2),
        { ...history.lesson(lesson!), user_id: randomUUID() },
        history.enrollment({ status: 'completed' }),
        history.lesson(lesson!),
      ),
    ).toEqual([
      [2, 'course_version_id'],
      [3, 'course_version_id'],
      [4, 'lesson_id'],
      [5, 'quiz_id'],
      [7, 'attempt_number'],
      [8, 'score'],
      [9, 'user_id'],
      [10, 'status'],
    ])
    expect((await progressOf(history)).body).toMatchObject({ percentage: 66, completed_lessons: 1 })
  })

  it('is one that comes before its enrollment in the file', async () => {
    const history = new History(taught)
    expect(await errorsOf(history.lesson(taught.required[0]!), history.enrollment(), history.lesson(taught.required[1]!))).toEqual([
      [1, 'user_id'],
    ])
  })

  it('is one that asks for what was refused: an administrator revoked the enrollment', async () => {
    const learner = await member.enroll(taught)
    await member.take(EnrollmentRequestedV1, learner.request('revoke', 1))
    const history = new History(taught)
    const row = { ...history.enrollment({ enrolled_at: at(2) }), ...learner.key }
    expect(await errorsOf(row)).toEqual([[1, 'status']])
  })

  it('is one line that is no JSON among good ones', async () => {
    const history = new History(taught)
    const lines = ['{"record":', '[1]', '', ...ndjsonOf([history.enrollment()]).trim().split('\n'), 'null']
    const { body } = await importNdjson(api, randomUUID(), lines.join('\r\n'))
    expect(body).toMatchObject({
      rows: 4,
      applied: 1,
      errors: [
        { row: 1, field: null },
        { row: 2, field: null },
        { row: 4, field: null },
      ],
    })
  })

  it('keeps what was cancelled cancelled, and records what was learned before', async () => {
    const history = new History(taught)
    const rows = [history.enrollment({ status: 'cancelled_by_user' }), history.lesson(taught.required[0]!)]
    expect(counts(await importCsv(api, randomUUID(), csvOf(rows)))).toEqual([2, 2, 0, 0])
    expect((await progressOf(history)).body).toMatchObject({ status: 'cancelled_by_user', completed_lessons: 1 })
    expect(counts(await importCsv(api, randomUUID(), csvOf(rows)))).toEqual([2, 0, 2, 0])
  })
})

describe('a dry run', () => {
  const everything = () =>
    api.database.dataSource.query(`select (select count(*) from enrollments) e, (select count(*) from lesson_progress) l,
      (select count(*) from quiz_attempts) q, (select count(*) from outbox) o, (select count(*) from import_run) r, (select count(*) from import_error) x`)

  it('says the same as the import, and leaves nothing', async () => {
    const [history, other] = [new History(taught), new History(taught)]
    const rows = [...history.whole(), history.lesson(randomUUID()), other.lesson(taught.required[0]!)]
    const id = randomUUID()
    const before = await everything()
    const dry = await importCsv(api, id, csvOf(rows), '?dry_run=true')
    expect(await everything()).toEqual(before)
    const { body } = await importCsv(api, id, csvOf(rows), '?dry_run=false')
    expect(dry.body).toEqual({ ...body, dry_run: true })
    expect(body.errors.map(({ row }) => row)).toEqual([5, 6])
  })

  it('knows the enrollments of earlier portions', async () => {
    const histories = Array.from({ length: 600 }, () => new History(taught))
    const lessons = (history: History) => taught.required.map((id) => history.lesson(id))
    const rows = [...histories.map((history) => history.enrollment()), ...histories.flatMap(lessons)]
    const before = await everything()
    expect(counts(await importCsv(api, randomUUID(), csvOf(rows), '?dry_run=true'))).toEqual([1_800, 1_800, 0, 0])
    expect(await everything()).toEqual(before)
  })

  it('is asked for with true or false alone', async () => {
    expect(await importCsv(api, randomUUID(), csvOf([]), '?dry_run=yes')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'dry_run' }] },
    })
  })
})

describe('the file', () => {
  it.each([
    ['an empty one', '', 'body'],
    ['a header line without user_id', 'record,course_version_id\n', 'user_id'],
    ['an unknown column', 'record,user_id,course_version_id,colour\n', 'colour'],
    ['a column twice', 'record,user_id,course_version_id,record\n', 'record'],
  ])('is refused as a whole: %s', async (_, text, field) => {
    const id = randomUUID()
    expect(await importCsv(api, id, text)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    expect((await send(api, 'GET', `imports/${id}`)).status).toBe(404)
  })

  it('is stopped at a record without an end: what is before it stays applied', async () => {
    const history = new History(taught)
    const text = `${csvOf([history.enrollment(), history.lesson(taught.required[0]!)])}lesson,"${'x\n'.repeat(700_000)}`
    const id = randomUUID()
    const answer = await importCsv(api, id, text)
    expect(answer.body).toMatchObject({ state: 'stopped', rows: 3, applied: 2, errors: [{ row: 3, field: null }] })
    expect((await progressOf(history)).body).toMatchObject({ completed_lessons: 1 })
    expect(await importCsv(api, id, text)).toEqual(answer)
  })

  it('may be sent as CSV or NDJSON, no other way', async () => {
    expect((await send(api, 'PUT', `imports/${randomUUID()}`, { body: '{}', type: 'application/json' })).status).toBe(415)
    expect((await importCsv(api, 'x', csvOf([]))).body.errors).toMatchObject([{ field: 'import_id' }])
  })

  it('of 20,000 rows is imported', async () => {
    const wide = course({ required: 19 })
    await member.take(CourseVersionPublishedV1, wide.version)
    const rows = Array.from({ length: 1_000 }, () => new History(wide)).flatMap((history) => history.whole())
    expect(counts(await importCsv(api, randomUUID(), csvOf(rows)))).toEqual([20_000, 20_000, 0, 0])
    const [found] = await api.database.dataSource.query(
      `select (select count(*)::int from enrollments where course_version_id = $1 and progress_percentage = 100) e,
              (select count(*)::int from lesson_progress where enrolled_course_version_id = $1 and status = 'completed') l`,
      [wide.id],
    )
    expect(found).toEqual({ e: 1_000, l: 19_000 })
  }, 60_000)
})

/** The text as a body that stops after this many lines until something has happened, which may be an error. */
function pausedAfter(lines: number, text: string, happens: () => Promise<unknown>): ReadableStream<Uint8Array> {
  const all = text.split('\n')
  const parts = [all.slice(0, lines), all.slice(lines)].map((part) => Buffer.from(part.join('\n')))
  return ReadableStream.from(
    (async function* () {
      yield Buffer.concat([parts[0]!, Buffer.from('\n')])
      await happens()
      yield parts[1]!
    })(),
  )
}

describe('an import that is still being sent', () => {
  const rows = () => Array.from({ length: 200 }, () => new History(taught)).flatMap((history) => history.whole())
  const appliedSoFar = (id: string, applied: number) =>
    eventually(async () =>
      expect((await send(api, 'GET', `imports/${id}`)).body).toMatchObject({ state: 'running', rows: applied, applied }),
    )

  it('shows how far it has got, and goes on when its client went away', async () => {
    const [id, text] = [randomUUID(), csvOf(rows())]
    const gone = async () => {
      await appliedSoFar(id, 500)
      throw new Error('the client is gone')
    }
    await expect(importCsv(api, id, pausedAfter(700, text, gone))).rejects.toThrow()
    expect(counts(await importCsv(api, id, text))).toEqual([800, 800, 0, 0])
  })

  it('is a 409 that names import_id when another request has sent the whole meanwhile', async () => {
    const [id, text] = [randomUUID(), csvOf(rows())]
    let second: ImportAnswer | undefined
    const overtake = async () => {
      await appliedSoFar(id, 500)
      second = await importCsv(api, id, text)
    }
    const first = await importCsv(api, id, pausedAfter(700, text, overtake))
    expect(first).toMatchObject({ status: 409, body: { errors: [{ field: 'import_id' }] } })
    expect(counts(second!)).toEqual([800, 800, 0, 0])
  })
})

describe('the errors of an import', () => {
  it('are read page by page, and counted beyond those that are kept', async () => {
    const id = randomUUID()
    const { body } = await importNdjson(api, id, '{}\n'.repeat(10_050))
    expect(counts({ body })).toEqual([10_050, 0, 0, 10_050])
    expect(body.errors).toHaveLength(100)
    const pages: Row[] = []
    let cursor: string | null = null
    do {
      const page: ImportAnswer = await send(api, 'GET', `imports/${id}?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`)
      pages.push(...page.body.errors)
      cursor = page.body['next_cursor'] as string | null
    } while (cursor !== null)
    expect(pages.map(({ row }) => row)).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1))
  }, 60_000)

  it('say nothing that the file said', async () => {
    const history = new History(taught)
    const { body } = await importNdjson(api, randomUUID(), ndjsonOf([{ ...history.enrollment(), user_id: 'ann@example.org' }]))
    expect(body.errors).toMatchObject([{ row: 1, field: 'user_id' }])
    expect(JSON.stringify(body)).not.toContain('ann@')
  })

  it('are of an import that is known, and from a cursor of ours', async () => {
    expect((await send(api, 'GET', `imports/${randomUUID()}`)).status).toBe(404)
    expect((await send(api, 'GET', `imports/${randomUUID()}?cursor=x`)).body.errors).toMatchObject([{ field: 'cursor' }])
  })
})

it.each(['learner', 'org_admin'])('is not for the role %s', async (role) => {
  const caller = { sub: ADMIN.sub, claims: { roles: [role], org_id: randomUUID() } }
  const id = randomUUID()
  expect((await send(api, 'PUT', `imports/${id}`, { caller, body: csvOf([]), type: 'text/csv' })).status).toBe(403)
  expect((await send(api, 'GET', `imports/${id}`, { caller })).status).toBe(403)
})
