import { eventually } from '@laurel/testing'
import { DEFAULT_GATHER } from '../config'
import { Member } from '../consumers/member.fixture'
import { course } from '../events.fixture'
import { progressDatabase, startProgress } from '../progress.module'
import { Api, report } from './api.fixture'

/** Real: the service over HTTP and its database, in which a lock keeps reports from being written. One may be written, and one wait. */
const api = new Api()
let member: Member
beforeAll(async () => {
  await api.start(progressDatabase, (config) => startProgress({ ...config, gather: { ...DEFAULT_GATHER, maxRows: 1, maxQueuedRows: 1 } }))
  member = new Member(api.database.dataSource)
})
afterAll(() => api.stop())

const gauge = async (name: string) => {
  const text = await (await fetch(`${api.service.url}/metrics`)).text()
  return Number(new RegExp(`^laurel_${name}\\S* (\\d+)$`, 'm').exec(text)?.[1])
}

it('refuses reports at the door while the queue is full, and takes them again when it is not; nothing that waited is lost', async () => {
  const learner = await member.enroll(course({ required: 4, quizzes: [50] }))
  const [first, second, third, fourth] = learner.course.required
  // From here on the course version is known, and need not be read past the lock.
  expect((await api.patch(learner, report(fourth))).status).toBe(200)
  const other = await member.enroll(course({ required: 1 }))
  const lock = await member.hold((tx) => tx.query('lock table lesson_progress in access exclusive mode'))
  const waiting = [api.patch(learner, report(first)), api.patch(learner, report(second))]
  await eventually(async () => expect(await gauge('progress_queued_rows')).toBe(1))

  const refused = await api.patch(learner, report(third))
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  // Before token and body cost anything.
  const path = `/api/v1/courses/${learner.key.course_version_id}/progress`
  expect((await api.call('PATCH', path, { authorization: 'Bearer none' }, 'not JSON')).status).toBe(503)
  expect(await gauge('http_shed_total\\{reason="queue"')).toBe(2)
  // What does not wait for the queue is done as ever.
  expect((await api.enrollment(other, { course_version_id: other.key.course_version_id, action: 'enroll' })).status).toBe(201)

  await lock.commit()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
  expect((await api.patch(learner, report(third))).body).toMatchObject({ completed_lessons: 4 })
})
