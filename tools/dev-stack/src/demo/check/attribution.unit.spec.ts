import type { HttpClient } from '../drive/http-client'
import {
  courseVersion,
  everything,
  inputFiles,
  LESSON,
  lessonCompleted,
  removeInputFiles,
  row,
  uuid,
  VERSION_ID,
} from '../input-files.fixture'
import { loadCohort, type Cohort } from '../model/cohort'
import { expectationOf } from '../model/expectation'
import { badgeKeys } from './badges'
import { hrAttribution } from './hr-records'
import { Ledgers, type Effect } from './ledgers'
import { foreignStatements, statementDifferences } from './statements'

const [learner, stranger] = [uuid(101, '1'), uuid(102, '2')] as const
const key = `${VERSION_ID}:${learner}`

let cohort: Cohort
beforeAll(async () => {
  const versions = [
    courseVersion(),
    courseVersion({ course_version_id: uuid(9), hr: { course_code: 'B-2' }, credential: { enabled: true } }),
  ]
  cohort = await loadCohort(await inputFiles({ versions, rows: [row(learner)], events: everything(learner) }))
})
afterAll(removeInputFiles)

/** Ledgers that list these effects. */
function holding(effects: Effect[]): Ledgers {
  async function* text(url: string) {
    const withBody = url.includes('body=true')
    yield JSON.stringify(effects.map(({ key, body }) => (withBody ? { key, at: '', body } : { key, at: '' })))
  }
  return new Ledgers({ text } as unknown as HttpClient, 'http://sandbox', AbortSignal.timeout(5_000))
}

const statement = (user: string, object: string, n: number): Effect => ({
  key: `statement ${n}`,
  body: {
    id: uuid(n),
    actor: { account: { name: user } },
    object: { id: `https://laurel.example/${object}` },
    context: { parent: `https://laurel.example/courses/${VERSION_ID}` },
  },
})

describe('an HR record', () => {
  const of = (effect: Effect) => hrAttribution(cohort, new Map([[uuid(50), key]]))(effect)

  it('is attributed by the completion_id in its key or body', () => {
    expect(of({ key: `push ${uuid(50)}`, body: {} })).toBe(key)
    expect(of({ key: 'opaque', body: { record: [{ completion: uuid(50) }] } })).toBe(key)
  })

  it('is else attributed by learner and course version or course code', () => {
    expect(of({ key: 'k', body: { user_id: learner, course_version_id: VERSION_ID } })).toBe(key)
    expect(of({ key: 'k', body: { user_id: learner, course_code: 'B-2' } })).toBe(`${uuid(9)}:${learner}`)
    expect(of({ key: 'k', body: { user_id: learner } })).toContain('unknown course version')
  })

  it("of another learner is nobody's", () => {
    expect(of({ key: 'k', body: { user_id: stranger, course_version_id: VERSION_ID } })).toBeNull()
  })
})

describe('a badge', () => {
  it('is attributed by email and template', () => {
    expect([...badgeKeys(cohort, new Map([[learner, 'l@learners.example']]))]).toEqual([[`l@learners.example|${uuid(3)}`, key]])
  })
})

describe('statements', () => {
  const expectation = () => expectationOf(cohort, { now: Date.parse('2025-06-01'), credentials: true })
  const lessons = () => [statement(learner, `lessons/${LESSON.a}`, 1), statement(learner, `lessons/${LESSON.b}`, 2)]
  const course = () => statement(learner, `course-versions/${VERSION_ID}`, 3)

  it('of other learners are counted', async () => {
    expect(await foreignStatements(holding([statement(stranger, 'x', 8), ...lessons()]), cohort)).toBe(1)
  })

  it('of the input are not foreign', async () => {
    expect(await foreignStatements(holding([]), cohort)).toBe(0)
    expect(await foreignStatements(holding([...lessons(), course()]), cohort)).toBe(0)
  })

  it('are named when they are missing', async () => {
    const { missing, surplus } = await statementDifferences(holding([lessons()[0]!, course()]), cohort, expectation())
    expect(missing).toEqual([`lesson ${LESSON.b} of learner ${learner}`])
    expect(surplus).toEqual([])
  })

  it('are named when they are too many', async () => {
    const extra = [statement(learner, `lessons/${LESSON.optional}`, 4), { ...course(), key: 'another id' }, statement(stranger, 'x', 8)]
    const { missing, surplus } = await statementDifferences(holding([...lessons(), course(), ...extra]), cohort, expectation())
    expect(missing).toEqual([])
    expect(surplus).toEqual([
      expect.stringContaining(`completion of course version ${VERSION_ID} by learner ${learner} (2 times)`),
      expect.stringContaining(LESSON.optional),
    ])
  })

  it('that are done twice are expected once', async () => {
    const twice = await loadCohort(
      await inputFiles({ rows: [row(learner)], events: [...everything(learner), lessonCompleted(learner, LESSON.a)] }),
    )
    expect(expectationOf(twice, { now: 0, credentials: true }).statements).toBe(3)
  })
})

it('reads a ledger again when its listing breaks off', async () => {
  let asked = 0
  async function* text() {
    yield '[{"key":"a"}'
    if (++asked === 1) throw new Error('socket hang up')
    yield ',{"key":"a"},{"key":"b"}]'
  }
  const ledgers = new Ledgers({ text } as unknown as HttpClient, 'http://sandbox', AbortSignal.timeout(5_000))
  expect([...(await ledgers.keys('credly'))]).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})
