import { randomUUID } from 'node:crypto'
import { transaction, type Tx } from '@laurel/postgres'
import { createTestDatabase, type TestDatabase } from '@laurel/testing'
import { batchOf, published } from './course-versions.fixture'
import { adoptCourseVersion, arrivedCourseVersions, awaitedCourseVersion, courseVersionsMigration, CourseVersionStore } from './index'

/** Real: Postgres. Each test has a store of its own, as a process that has just started. */
let database: TestDatabase
let store: CourseVersionStore

beforeAll(async () => {
  database = await createTestDatabase({ schema: 'probe', migrations: [courseVersionsMigration] })
})
beforeEach(() => {
  store = new CourseVersionStore()
})
afterAll(() => database.drop())

const committed = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => transaction(database.dataSource, work)
const adopt = (...versions: ReturnType<typeof published>[]) => committed((tx) => adoptCourseVersion(tx, store, batchOf(...versions)))
const lessonsOf = async (id: string, from = store) =>
  (await committed((tx) => from.find(tx, new Set([id])))).get(id)?.rule.items.map((item) => item.id)

describe('adopting course versions', () => {
  it('keeps the first publication and rejects other content under its id, in one batch and over batches', async () => {
    const first = published()
    const other = { ...published(), course_version_id: first.course_version_id }
    const refusal = {
      kind: 'reject',
      reason: `course_version_id ${first.course_version_id} was published before with other content: publish a new version`,
    }
    expect(await adopt(first, other)).toMatchObject([refusal])
    expect(await adopt(other)).toMatchObject([refusal])
    expect(await lessonsOf(first.course_version_id)).toEqual([first.lessons[0]!.lesson_id])
    expect(await lessonsOf(first.course_version_id, new CourseVersionStore())).toEqual([first.lessons[0]!.lesson_id])
  })

  it('takes the same content once more for nothing new, whenever and with whatever else it is published', async () => {
    const first = published({ external_refs: [{ platform: 'graphy', external_course_id: 'g-1' }], org_id: randomUUID() })
    expect(await adopt(first, first)).toEqual([])
    expect(await adopt({ ...first, published_at: '2027-01-01T00:00:00.000Z', description: 'Rewritten.' })).toEqual([])
  })

  it.each<[string, (version: ReturnType<typeof published>) => Partial<ReturnType<typeof published>>]>([
    ['the title', () => ({ title: 'Another' })],
    ['the course', () => ({ course_id: randomUUID() })],
    ['the organisation', () => ({ org_id: randomUUID() })],
    ['a lesson', ({ lessons }) => ({ lessons: lessons.map((lesson) => ({ ...lesson, required: !lesson.required })) })],
    ['a quiz', () => ({ quizzes: [{ quiz_id: randomUUID(), title: 'Q', required: false, pass_threshold_percentage: 50 }] })],
    ['the electives', ({ lessons }) => ({ electives: [{ choose: 1, of: [lessons[0]!.lesson_id] }] })],
    ['the platforms', () => ({ external_refs: [{ platform: 'graphy', external_course_id: 'g-2' }] })],
  ])('takes %s for other content', async (_, change) => {
    const first = published()
    await adopt(first)
    expect(await adopt({ ...first, ...change(first) })).toHaveLength(1)
  })

  it('rejects versions whose rule cannot be satisfied, naming the field, and adopts the others of the batch', async () => {
    const [good, tooMany, unknown, twice] = [published(), published(), published(), published()]
    const lessonId = tooMany.lessons[0]!.lesson_id
    const stranger = randomUUID()
    const bad = [
      { ...tooMany, electives: [{ choose: 2, of: [lessonId] }] },
      { ...unknown, electives: [{ choose: 1, of: [stranger] }] },
      { ...twice, lessons: [...twice.lessons, ...twice.lessons] },
    ]
    const dispositions = await adopt(bad[0]!, good, bad[1]!, bad[2]!)
    expect(dispositions.map((d) => [d.kind, d.reason])).toEqual([
      ['reject', 'electives[0].choose must be between 1 and 1 (got 2)'],
      ['reject', `electives[0].of: ${stranger} is no lesson or quiz of this version`],
      ['reject', `lessons: id ${twice.lessons[0]!.lesson_id} occurs twice`],
    ])
    expect(await lessonsOf(good.course_version_id)).toHaveLength(1)
    for (const { course_version_id } of bad) expect(await lessonsOf(course_version_id)).toBeUndefined()
  })

  it('adopts a valid publication that follows a rejected one of the same version', async () => {
    const version = published()
    const bad = { ...version, electives: [{ choose: 9, of: [version.lessons[0]!.lesson_id] }] }
    expect(await adopt(bad, version)).toHaveLength(1)
    expect(await lessonsOf(version.course_version_id)).toHaveLength(1)
  })

  it('adopts a version whatever its unknown fields hold, as nothing relies on them', async () => {
    const version = published()
    const lessons = version.lessons.map((lesson) => ({ ...lesson, note: 'a NUL \u0000 and half a pair \ud800' }))
    expect(await adopt({ ...version, lessons })).toEqual([])
    expect(await lessonsOf(version.course_version_id)).toEqual([version.lessons[0]!.lesson_id])
  })

  it('adopts one version once when two members take it at the same time', async () => {
    const replica = await database.replica()
    for (let round = 0; round < 10; round++) {
      const [one, other] = [published(), published()]
      const rival = { ...other, course_version_id: one.course_version_id }
      await Promise.all([adopt(one), transaction(replica, (tx) => adoptCourseVersion(tx, new CourseVersionStore(), batchOf(rival)))])
      const kept = await lessonsOf(one.course_version_id)
      expect([one.lessons[0]!.lesson_id, other.lessons[0]!.lesson_id]).toContain(kept![0])
      expect(await lessonsOf(one.course_version_id, new CourseVersionStore())).toEqual(kept)
    }
  })
})

describe('CourseVersionStore', () => {
  it('gives back the whole rule: lessons before quizzes, required ones, thresholds and groups', async () => {
    const [a, b] = published().lessons.concat(published().lessons)
    const quiz = { quiz_id: randomUUID(), title: 'Final quiz', required: true, pass_threshold_percentage: 70 }
    const version = published({
      lessons: [a!, { ...b!, required: false }],
      quizzes: [quiz],
      electives: [{ choose: 1, of: [b!.lesson_id] }],
    })
    await adopt(version)
    const found = await committed((tx) => store.find(tx, new Set([version.course_version_id])))
    expect(found.get(version.course_version_id)).toMatchObject({
      courseVersionId: version.course_version_id,
      courseId: version.course_id,
      rule: {
        items: [{ id: a!.lesson_id }, { id: b!.lesson_id }, { kind: 'quiz', id: quiz.quiz_id, passThreshold: 70 }],
        required: [0, 2],
        groups: [{ choose: 1, of: [1] }],
        needed: 3,
      },
    })
  })

  it('gives back the courses of platforms outside', async () => {
    const version = published({ external_refs: [{ platform: 'graphy', external_course_id: 'g-1' }] })
    await adopt(version)
    const found = await committed((tx) => store.find(tx, new Set([version.course_version_id])))
    expect(found.get(version.course_version_id)!.externalRefs).toEqual([{ platform: 'graphy', externalCourseId: 'g-1' }])
  })

  it('gives back titles and owner, lessons by position and then as published', async () => {
    const lesson = (title: string, position: number) => ({ lesson_id: randomUUID(), title, position, required: true })
    const quiz = (title: string) => ({ quiz_id: randomUUID(), title, required: false, pass_threshold_percentage: 70 })
    const version = published({
      title: 'Åß "quoted"',
      org_id: randomUUID(),
      lessons: [lesson('last', 9), lesson('first', 0), lesson('', 0), lesson('middle', 3)],
      quizzes: [quiz('one'), quiz('two')],
    })
    const open = published()
    await adopt(version, open)
    const found = await committed((tx) => store.find(tx, new Set([version.course_version_id, open.course_version_id])))
    const item = (ordinal: number) => {
      const { title } = [...version.lessons, ...version.quizzes][ordinal]!
      return { id: [...version.lessons.map((one) => one.lesson_id), ...version.quizzes.map((one) => one.quiz_id)][ordinal], title, ordinal }
    }
    expect(found.get(version.course_version_id)).toMatchObject({
      title: version.title,
      orgId: version.org_id,
      lessons: [1, 2, 3, 0].map(item),
      quizzes: [4, 5].map(item),
    })
    expect(found.get(open.course_version_id)).toMatchObject({ title: open.title, orgId: null, quizzes: [] })
    expect(await committed((tx) => store.ofCourse(tx, version.course_id))).toEqual([found.get(version.course_version_id)])
  })

  it('knows without asking the database what it has found, and nothing that was only added', async () => {
    const version = published()
    const id = version.course_version_id
    await committed(async (tx) => {
      await store.add(tx, [version])
      await store.find(tx, new Set([id]))
      expect(store.known(id)).toBeUndefined()
    })
    expect(store.known(id)).toBeUndefined()
    const found = await committed((tx) => store.find(tx, new Set([id])))
    expect(store.known(id)).toBe(found.get(id))
  })

  it('finds those that are there, and later those that have come since', async () => {
    const [here, coming] = [published(), published()]
    await adopt(here)
    const ids = new Set([here.course_version_id, coming.course_version_id])
    expect([...(await committed((tx) => store.find(tx, ids))).keys()]).toEqual([here.course_version_id])
    await adopt(coming)
    expect([...(await committed((tx) => store.find(tx, ids))).keys()].toSorted()).toEqual([...ids].toSorted())
  })

  it('reads a version once, as it never changes', async () => {
    const version = published()
    await adopt(version)
    const first = await lessonsOf(version.course_version_id)
    await database.dataSource.query('delete from course_version where course_version_id = $1', [version.course_version_id])
    expect(await lessonsOf(version.course_version_id)).toEqual(first)
    expect(await lessonsOf(version.course_version_id, new CourseVersionStore())).toBeUndefined()
  })

  it('gives up the ones that it read first when it keeps more lessons and quizzes than it may, and finds them again', async () => {
    const [first, second, third] = [published(), published(), published()]
    await adopt(first, second, third)
    const small = new CourseVersionStore(2)
    const found = async (...some: { course_version_id: string }[]) => {
      const ids = some.map((version) => version.course_version_id)
      return [...(await committed((tx) => small.find(tx, new Set(ids)))).keys()].toSorted().join() === ids.toSorted().join()
    }
    const kept = () => [first, second, third].map((version) => small.known(version.course_version_id) !== undefined)
    expect(await found(first)).toBe(true)
    expect(await found(second)).toBe(true)
    expect(kept()).toEqual([true, true, false])
    expect(await found(first, third)).toBe(true)
    expect(kept()).toEqual([false, true, true])
    expect(await found(first, second, third)).toBe(true)
    expect(kept()).toEqual([true, false, true])
  })

  it('remembers nothing of a transaction that rolled back', async () => {
    const version = published()
    const ids = new Set([version.course_version_id])
    const failing = committed(async (tx) => {
      await store.add(tx, [version])
      expect((await store.find(tx, ids)).size).toBe(1)
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await lessonsOf(version.course_version_id)).toBeUndefined()
    const other = { ...published(), course_version_id: version.course_version_id }
    await adopt(other)
    expect(await lessonsOf(version.course_version_id)).toEqual([other.lessons[0]!.lesson_id])
  })

  it('lists the versions of a course, the newest first, those of one time by id', async () => {
    const course_id = randomUUID()
    const [old, next, twin] = [
      published({ course_id, published_at: '2026-01-01T00:00:00.000Z' }),
      published({ course_id, published_at: '2026-02-01T00:00:00.000Z' }),
      published({ course_id, published_at: '2026-02-01T00:00:00.000Z' }),
    ]
    await adopt(next, old, twin, published())
    const newest = [next.course_version_id, twin.course_version_id].toSorted()
    const ids = (await committed((tx) => store.ofCourse(tx, course_id))).map((version) => version.courseVersionId)
    expect(ids).toEqual([...newest, old.course_version_id])
    expect(await committed((tx) => store.ofCourse(tx, randomUUID()))).toEqual([])
  })
})

it('tells which of the awaited things are course versions that have arrived', async () => {
  const [here, missing] = [published(), published()]
  await adopt(here)
  const awaited = [
    awaitedCourseVersion(missing.course_version_id),
    awaitedCourseVersion(here.course_version_id),
    `enrollment:${here.course_version_id}`,
  ]
  expect(await committed((tx) => arrivedCourseVersions(tx, store, awaited))).toEqual([awaitedCourseVersion(here.course_version_id)])
  expect(await committed((tx) => arrivedCourseVersions(tx, store, []))).toEqual([])
})
