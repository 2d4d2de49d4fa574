import { CourseCompletedV1, CourseVersionPublishedV1, CredentialIssuedV1, credentialIssuedId } from '@laurel/contracts'
import { JobQueue } from '@laurel/jobs'
import { transaction } from '@laurel/postgres'
import { Metrics } from '@laurel/telemetry'
import { batchOf, courseCompletion, createTestDatabase, eventually, RecordingLogger, type TestDatabase } from '@laurel/testing'
import { credentialDatabase } from '../credential.module'
import { IssuingFixture } from '../issuing.fixture'
import { published } from '../published.fixture'
import { adoptPublished } from './adopt-course-versions'
import { ISSUE_QUEUE, issueCredential, type IssuePorts } from './issue-credential'
import { recordCompletions } from './record-completions'

/** Real: Postgres, pg-boss, HTTP. The outside systems are a local server. */
describe('issuing a credential', () => {
  let outside: IssuingFixture
  let ports: IssuePorts
  let database: TestDatabase
  let jobs: JobQueue

  beforeAll(async () => {
    database = await createTestDatabase(credentialDatabase)
    jobs = new JobQueue({
      url: database.url,
      schema: `${credentialDatabase.schema}_jobs`,
      logger: new RecordingLogger(),
      metrics: new Metrics('spec'),
    })
    await jobs.start()
    await jobs.createQueue(ISSUE_QUEUE)
  })
  afterAll(async () => {
    await jobs.stop()
    await database.drop()
  })

  beforeEach(async () => {
    await database.dataSource.query('delete from certificates')
    await database.dataSource.query('delete from outbox')
    outside = new IssuingFixture()
    await outside.start()
    ports = outside.ports(database.dataSource)
  })
  afterEach(() => outside.stop())

  async function given(version: CourseVersionPublishedV1, data: CourseCompletedV1[]): Promise<void> {
    await transaction(database.dataSource, async (tx) => {
      await adoptPublished(tx, jobs, batchOf(CourseVersionPublishedV1, version))
      await recordCompletions(tx, jobs, batchOf(CourseCompletedV1, ...data), true)
    })
  }

  const issue = (data: CourseCompletedV1): Promise<void> =>
    issueCredential(ports)({ completion_id: data.completion_id }, { id: 'job', attempt: 1, signal: new AbortController().signal })
  const certificates = (): Promise<Record<string, unknown>[]> => database.dataSource.query('select * from certificates')

  async function announced(): Promise<{ headers: Record<string, string>; data: CredentialIssuedV1 }[]> {
    const rows: { topic: string; headers: Record<string, string>; payload: Buffer }[] =
      await database.dataSource.query('select * from outbox order by id')
    return rows.map(({ topic, headers, payload }) => {
      expect(topic).toBe(CredentialIssuedV1.topic)
      const parsed = CredentialIssuedV1.parse(JSON.parse(payload.toString()))
      if (!parsed.ok) throw new Error(parsed.reason)
      return { headers, data: parsed.data }
    })
  }

  it('stores one issued certificate with its badge, and announces it once, however often the job runs', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    for (let i = 0; i < 3; i++) await issue(data)

    const [certificate, ...others] = await certificates()
    expect(others).toEqual([])
    expect(certificate).toMatchObject({
      user_id: data.user_id,
      completion_id: data.completion_id,
      status: 'issued',
      credly_badge_id: 'badge-1',
      metadata: { title: version.title, learner_name: 'Ada L', score: 91 },
    })
    const issuedAt = certificate!['issued_at'] as Date
    const expiresAt = certificate!['expires_at'] as Date
    expect(expiresAt.getUTCFullYear()).toBe(issuedAt.getUTCFullYear() + 2)
    const events = await announced()
    expect(events.map((event) => event.data)).toEqual([
      {
        certificate_uid: certificate!['certificate_uid'],
        user_id: data.user_id,
        course_version_id: data.course_version_id,
        completion_id: data.completion_id,
        issued_at: issuedAt.toISOString(),
        expires_at: expiresAt.toISOString(),
      },
    ])
    expect(events[0]!.headers['ce_id']).toBe(credentialIssuedId(String(certificate!['certificate_uid'])))
    expect(events[0]!.headers['ce_source']).toBe('/laurel/credential')
    expect(outside.posts).toBe(1)
  })

  it('adopts a badge that Credly issued without answering', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    outside.troubles = ['effect-then-break']
    await expect(issue(data)).rejects.toMatchObject({ name: 'OutsideCallError' })
    expect(await announced()).toEqual([])
    const [drawn] = await certificates()
    expect(drawn).toMatchObject({ status: 'pending' })

    await issue(data)

    expect(outside.posts).toBe(1)
    expect(outside.badges.size).toBe(1)
    expect(await certificates()).toMatchObject([
      { certificate_uid: drawn!['certificate_uid'], status: 'issued', credly_badge_id: 'badge-1' },
    ])
    expect(await announced()).toHaveLength(1)
  })

  it('issues again what Credly did not issue', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    outside.troubles = ['break', 'error']
    await expect(issue(data)).rejects.toMatchObject({ name: 'OutsideCallError' })
    await expect(issue(data)).rejects.toMatchObject({ name: 'OutsideCallError' })
    await issue(data)
    expect(outside.badges.size).toBe(1)
    expect(await announced()).toHaveLength(1)
  })

  it('says the same to Credly in each attempt, whatever the Directory says by then', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    outside.troubles = ['error']
    await expect(issue(data)).rejects.toThrow()
    const first = outside.calls.find(({ method }) => method === 'POST')!.body
    const former = outside.answer
    outside.answer = (call) =>
      call.path.startsWith('/directory')
        ? { status: 200, body: { email: 'new@learners.example', given_name: 'New', family_name: 'Name' } }
        : former(call)
    await issue(data)
    expect(outside.calls.filter(({ method }) => method === 'POST').at(-1)!.body).toEqual(first)
  })

  it('adopts the badge that Credly refuses to issue twice', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    outside.badges.set(`${data.user_id}@learners.example|food-safety`, 'badge-from-before')
    await issue(data)
    expect(await certificates()).toMatchObject([{ status: 'issued', credly_badge_id: 'badge-from-before' }])
  })

  it('fails for good, and announces nothing, when Credly refuses a badge and has none', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    const former = outside.answer
    outside.answer = (call) =>
      call.method === 'POST' ? { status: 422, body: { data: { errors: [{ attribute: 'issued_at' }] } } } : former(call)
    await expect(issue(data)).rejects.toMatchObject({ name: 'PermanentJobError', message: expect.stringContaining('issued_at') })
    expect(await announced()).toEqual([])
  })

  it('issues once when two workers have the same job', async () => {
    const version = published()
    const data = courseCompletion(version)
    await given(version, [data])
    await Promise.all([issue(data), issue(data), issue(data)])
    expect(outside.badges.size).toBe(1)
    expect(await certificates()).toHaveLength(1)
    expect(await announced()).toHaveLength(1)
  })

  it('takes the score of the completion where Assessment has none', async () => {
    const version = published()
    const data = courseCompletion({ ...version, score: 77.5 })
    await given(version, [data])
    outside.assessment = { status: 404 }
    await issue(data)
    expect(await certificates()).toMatchObject([{ metadata: { score: 77.5 } }])
  })

  it('issues without Credly where the course has no badge there', async () => {
    const version = published({ credential: { enabled: true } })
    const data = courseCompletion(version)
    await given(version, [data])
    await issue(data)
    expect(outside.calls.filter(({ path }) => path.startsWith('/credly'))).toEqual([])
    expect(await certificates()).toMatchObject([{ status: 'issued', credly_badge_id: null, expires_at: null }])
    expect((await announced())[0]!.data).not.toHaveProperty('expires_at')
  })

  it.each([undefined, { enabled: false, credly_badge_template_id: 'food-safety' }])(
    'issues nothing for credential %j',
    async (credential) => {
      const { credential: _, ...plain } = published()
      const version = credential ? { ...plain, credential } : plain
      const data = courseCompletion(version)
      await given(version, [data])
      await issue(data)
      expect(outside.calls).toEqual([])
      expect(await certificates()).toEqual([])
      expect(await announced()).toEqual([])
      const [row] = await database.dataSource.query('select outcome from completions where completion_id = $1', [data.completion_id])
      expect(row).toEqual({ outcome: 'not_required' })
    },
  )

  it('issues what was enqueued, through troubles', async () => {
    const version = published()
    const data = Array.from({ length: 5 }, () => courseCompletion(version))
    await database.dataSource.query('delete from completions')
    await given(version, data)
    outside.troubles = ['effect-then-break', 'error']
    await jobs.work(ISSUE_QUEUE, issueCredential(ports))
    await eventually(async () => expect(await announced()).toHaveLength(5))
    expect(outside.badges.size).toBe(5)
    expect(new Set((await announced()).map((event) => event.data.completion_id))).toEqual(new Set(data.map((c) => c.completion_id)))
  })
})
