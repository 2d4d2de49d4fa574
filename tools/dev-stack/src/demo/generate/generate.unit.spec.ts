import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FILES } from '../input/files'
import { newDirectory, removeInputFiles } from '../input-files.fixture'
import { loadCohort, type Cohort } from '../model/cohort'
import type { EnrollmentCase } from '../model/enrollment-case'
import { expectationOf, type Expectation } from '../model/expectation'
import { satisfiedAt } from '../model/rule'
import { generate } from './generate'

const SAMPLE = join(__dirname, '..', '..', '..', 'demo-input')
const read = (dir: string, file: string) => readFileSync(join(dir, file), 'utf8')
const allOf = (dir: string) => Object.values(FILES).map((file) => read(dir, file))

async function generated(learners: number, seed: number): Promise<string> {
  const dir = await newDirectory()
  await generate({ dir, learners, seed })
  return dir
}

afterAll(removeInputFiles)

describe('generate', () => {
  it('writes the same bytes for the same numbers', async () => {
    expect(allOf(await generated(40, 7))).toEqual(allOf(await generated(40, 7)))
  })

  it('shares no id between different seeds or numbers of learners', async () => {
    const ids = async (learners: number, seed: number) =>
      new Set(
        allOf(await generated(learners, seed))
          .join()
          .match(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g),
      )
    const first = await ids(20, 7)
    expect(first.size).toBeGreaterThan(150)
    for (const other of [await ids(20, 8), await ids(21, 7)]) expect([...first].filter((id) => other.has(id))).toEqual([])
  })

  it('is what the committed sample was made with', async () => {
    const dir = await generated(300, 1)
    for (const file of Object.values(FILES)) expect(read(SAMPLE, file) === read(dir, file)).toBe(true)
  })

  it.each([
    [0, 1],
    [1.5, 1],
    [-3, 1],
    [10, -1],
    [10, NaN],
  ])('refuses %p learners with seed %p', async (learners, seed) => {
    await expect(generate({ dir: '/nowhere', learners, seed })).rejects.toThrow(/learners must be|seed must be/)
  })
})

describe('the sample', () => {
  let cohort: Cohort
  let expectation: Expectation
  let cases: EnrollmentCase[]
  const lines = read(SAMPLE, FILES.events).trimEnd().split('\n')

  beforeAll(async () => {
    cohort = await loadCohort(SAMPLE)
    expectation = expectationOf(cohort, { now: Date.parse('2025-12-31T00:00:00.000Z'), credentials: true })
    cases = [...cohort.cases.values()]
  })

  it('has course versions of 12, 50 and 80 lessons, one with electives, all with credential, template and course code', () => {
    const versions = [...cohort.versions.values()].map(({ data }) => data)
    expect(versions.map((v) => v.lessons.length)).toEqual([12, 50, 80])
    expect(versions.map((v) => v.electives?.length ?? 0)).toEqual([0, 1, 0])
    for (const version of versions) {
      expect(version.lessons.some((l) => !l.required)).toBe(true)
      expect(version.quizzes.some((q) => q.required && q.pass_threshold_percentage >= 50)).toBe(true)
      expect(version.credential).toMatchObject({ enabled: true, credly_badge_template_id: expect.any(String) as string })
      expect(version.hr?.course_code).toMatch(/^[A-Z]{4}-/)
    }
    expect(new Set(versions.map((v) => v.credential?.credly_badge_template_id)).size).toBe(3)
  })

  it('has 300 learners, some in two versions, about half by each route, names apart in their first 8 digits', () => {
    expect(cohort.userIds.size).toBe(300)
    expect(cohort.cases.size).toBe(330)
    expect(new Set([...cohort.userIds].map((id) => id.slice(0, 8))).size).toBe(300)
    const byRest = [...cohort.userIds].filter((id) => cohort.routeOf(id) === 'rest').length
    expect(byRest).toBeGreaterThan(120)
    expect(byRest).toBeLessThan(180)
  })

  it('has learners who stop short in each way', () => {
    const short = cases.filter((c) => !c.cancelRow && satisfiedAt(c.rule, c.doneAt) === null)
    const missingLessons = (c: EnrollmentCase) =>
      c.rule.required.filter((place) => !c.rule.thresholds.has(place) && Number.isNaN(c.doneAt[place])).length
    const failedQuizzes = (c: EnrollmentCase) =>
      c.rule.required.filter((place) => c.rule.thresholds.has(place) && Number.isNaN(c.doneAt[place])).length
    expect(short.length).toBe(60)
    expect(short.some((c) => missingLessons(c) === 1 && failedQuizzes(c) === 0)).toBe(true)
    expect(short.some((c) => missingLessons(c) === 0 && failedQuizzes(c) === 1)).toBe(true)
    expect(short.some((c) => missingLessons(c) === 0 && failedQuizzes(c) === 0 && c.rule.electives.length > 0)).toBe(true)
    expect(short.some((c) => missingLessons(c) > 3)).toBe(true)
  })

  it('has learners of both routes who are cancelled long before they do everything else', () => {
    const cancelled = cases.filter((c) => c.cancelRow)
    expect(new Set(cancelled.map((c) => cohort.routeOf(c.userId)))).toEqual(new Set(['kafka', 'rest']))
    for (const c of cancelled) {
      expect(satisfiedAt(c.rule, c.doneBefore)).toBeNull()
      expect(satisfiedAt(c.rule, c.doneAt)).not.toBeNull()
      expect(expectation.completions.has(c.key)).toBe(false)
    }
  })

  it('has late enrollments, by Kafka alone', () => {
    const late = cases.filter((c) => Date.parse(c.enrollRows[0]!.requested_at) > c.firstEventAt)
    expect(late.length).toBe(30)
    expect(late.every((c) => cohort.routeOf(c.userId) === 'kafka')).toBe(true)
  })

  it('has 5 % duplicates: with the same id and with a new one', () => {
    const events = lines.map((line) => JSON.parse(line) as { headers?: Record<string, string>; data?: unknown }).filter((line) => line.data)
    const facts = Map.groupBy(events, ({ data }) => JSON.stringify(data))
    const repeated = [...facts.values()].filter((group) => group.length > 1)
    expect(repeated.length / facts.size).toBeGreaterThan(0.04)
    expect(repeated.length / facts.size).toBeLessThan(0.06)
    const byKafka = repeated.filter(([first]) => first!.headers)
    expect(byKafka.some(([a, b]) => a!.headers!['ce_id'] === b!.headers!['ce_id'])).toBe(true)
    expect(byKafka.some(([a, b]) => a!.headers!['ce_id'] !== b!.headers!['ce_id'])).toBe(true)
  })

  it('is shuffled', () => {
    const times = lines.map((line) => /"(?:completed|occurred)_at":"([^"]+)"/.exec(line)?.[1] ?? '').filter((time) => time !== '')
    const ascending = times.filter((time, i) => i > 0 && time > times[i - 1]!).length
    expect(ascending / times.length).toBeGreaterThan(0.45)
    expect(ascending / times.length).toBeLessThan(0.55)
  })

  it('has 20 malformed messages and lessons reported as progress', () => {
    expect(cohort.lines.malformed).toBe(20)
    expect(lines.filter((line) => line.startsWith('{"topic":"lesson.progressed"')).length).toBeGreaterThan(500)
  })

  it('leads to completions whose outcome can be told, a part of them to the millisecond', () => {
    const completions = [...expectation.completions.values()]
    expect(completions.length).toBe(255)
    expect(completions.every(({ score }) => score !== null && score >= 50)).toBe(true)
    expect(completions.filter(({ completedAt }) => completedAt !== null).length).toBeGreaterThan(150)
    expect(expectation.optionalStatements).toBe(0)
  })
})
