import type { Admin } from '@laurel/messaging'
import { courseVersion, uuid } from '../input-files.fixture'
import { EnrollmentCase } from '../model/enrollment-case'
import { ruleOf } from '../model/rule'
import { cancellationsApplied } from './cancellation-barrier'
import type { Place } from './kafka-feed'

const known = new EnrollmentCase(uuid(101, '1'), courseVersion(), ruleOf(courseVersion()))

/** Answers with the next committed offset of partition 5 each time; the last one stays. */
function admin(offsets: number[]) {
  const asked: unknown[] = []
  const fetchOffsets = async (query: unknown) => {
    asked.push(query)
    const offset = String(offsets.length > 1 ? offsets.shift() : offsets[0])
    return [{ topic: 'enrollment.changed', partitions: [{ partition: 5, offset, metadata: null }] }]
  }
  return { asked, admin: { fetchOffsets } as unknown as Admin }
}

const at: Place = { topic: 'enrollment.changed', partition: 5, offset: 41n }

it('waits until the committed offset of completion-detection is past the cancelled status', async () => {
  const { admin: kafka, asked } = admin([-1, 41, 42])
  await cancellationsApplied({ admin: kafka, cancelled: [known], seen: new Map([[known.key, at]]), signal: AbortSignal.timeout(5_000) })
  expect(asked).toEqual(Array.from({ length: 3 }, () => ({ groupId: 'laurel.completion-detection', topics: ['enrollment.changed'] })))
})

it('does not ask before the status is on the topic', async () => {
  const { admin: kafka, asked } = admin([99])
  const stop = new AbortController()
  const applied = cancellationsApplied({ admin: kafka, cancelled: [known], seen: new Map(), signal: stop.signal })
  stop.abort()
  await expect(applied).rejects.toThrow()
  expect(asked).toEqual([])
})

it('has nothing to wait for without cancellations', async () => {
  const nothing = cancellationsApplied({ admin: admin([0]).admin, cancelled: [], seen: new Map(), signal: AbortSignal.timeout(5_000) })
  await expect(nothing).resolves.toBeUndefined()
})
