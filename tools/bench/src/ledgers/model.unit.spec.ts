import { completionId } from '@laurel/contracts'
import { halfDone, LedgerWorld } from './ledger-world'
import type { LessonsDone } from './lessons-done'
import { compareCompletions, countFaults, Model } from './model'

const world = new LedgerWorld(halfDone(50, 2_500), 1)
const open = world.firstOpen
const lessons = (...done: readonly [enrollment: number, lesson: number][]): LessonsDone => ({
  count: done.length,
  enrollments: Uint32Array.from(done, ([enrollment]) => enrollment),
  lessons: Uint16Array.from(done, ([, lesson]) => lesson),
})
const allOpenOf = (enrollment: number) => [4, 1, 3, 0, 2].map((nth) => [enrollment, open + nth] as [number, number])
const idOf = (enrollment: number) => {
  const { user, version } = world.textsOf(enrollment, 0)
  return completionId({ course_version_id: version, user_id: user, cycle: 1 })
}

describe('Model', () => {
  it('completes who did every required lesson, at the time of the last one', () => {
    const model = new Model(world, lessons(...allOpenOf(3), [3, open + 9], ...allOpenOf(8).slice(1)))
    const at = world.timeOf(3, open + 4)
    expect([model.completedAt(3), model.completedAt(8), model.completedAt(9)]).toEqual([at, null, null])
    expect(model.completions()).toEqual(new Map([[idOf(3), new Date(at).toISOString()]]))
  })

  it('knows what was done before and what was added', () => {
    const model = new Model(world, lessons([3, open + 9]))
    const before = Array.from({ length: world.doneBefore(3) }, (_, lesson) => lesson)
    expect(model.doneBy(3)).toEqual([...before, open + 9])
    expect(model.doneBy(4)).toHaveLength(world.doneBefore(4))
  })
})

describe('compareCompletions', () => {
  const expected = new Map([
    ['a', '2024-01-01T00:00:00.000Z'],
    ['b', '2024-01-02T00:00:00.000Z'],
  ])
  const found = (id: string, at = expected.get(id)!) => ({ completion_id: id, completed_at: at })

  it.each([
    ['nothing', [found('b'), found('a')], { missing: 0, doubled: 0, wrong: 0 }],
    ['one that is missing', [found('a')], { missing: 1, doubled: 0, wrong: 0 }],
    ['one that came twice', [found('a'), found('b'), found('a')], { missing: 0, doubled: 1, wrong: 0 }],
    ['one that nobody expects', [found('a'), found('b'), found('c', 'x')], { missing: 0, doubled: 0, wrong: 1 }],
    ['one with another date', [found('a'), found('b', '2024-01-03T00:00:00.000Z')], { missing: 1, doubled: 0, wrong: 1 }],
  ])('finds %s', (_, some, faults) => {
    expect(compareCompletions(expected, some)).toEqual(faults)
    expect(countFaults(compareCompletions(expected, some))).toBe(faults.missing + faults.doubled + faults.wrong)
  })
})
