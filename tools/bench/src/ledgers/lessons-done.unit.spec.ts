import { halfDone, LedgerWorld, OPEN_REQUIRED } from './ledger-world'
import { lastLessons, mixedLessons, type LessonsDone } from './lessons-done'
import { Model } from './model'

const listed = ({ count, enrollments, lessons }: LessonsDone) =>
  Array.from({ length: count }, (_, index) => ({ enrollment: enrollments[index]!, lesson: lessons[index]! }))

describe.each([
  ['many enrollments', halfDone(50, 50_000), 5_000],
  ['few enrollments with many events each', halfDone(500, 50_000), 5_000],
  ['a part of the enrollments', halfDone(50, 50_000), 500],
  ['almost all open lessons', halfDone(50, 2_500), 1_850],
])('mixedLessons of %s', (_, shape, count) => {
  const world = new LedgerWorld(shape, 1)
  const all = listed(mixedLessons(world, count))
  const active = new Set(all.map(({ enrollment }) => enrollment))

  it('names open lessons, each of an enrollment once', () => {
    expect(new Set(all.map(({ enrollment, lesson }) => `${enrollment}:${lesson}`)).size).toBe(count)
    expect(all.every(({ lesson }) => lesson >= world.firstOpen && lesson < world.lessons)).toBe(true)
    expect(Math.max(...active)).toBeLessThan(world.enrollments)
  })

  it('completes about one enrollment of five', () => {
    const completing = new Model(world, mixedLessons(world, count)).completions().size
    expect(completing / active.size).toBeGreaterThan(0.12)
    expect(completing / active.size).toBeLessThan(0.28)
  })

  it('is drawn by the seed, and spreads an enrollment over the whole', () => {
    expect(listed(mixedLessons(new LedgerWorld(shape, 1), count))).toEqual(all)
    expect(listed(mixedLessons(new LedgerWorld(shape, 2), count))).not.toEqual(all)
    const early = all.slice(0, count / 2).filter(({ enrollment }) => enrollment < world.enrollments / 2 || count < 1_000).length
    expect(early / count).toBeGreaterThan(0.2)
  })
})

it('gives the same events to enrollments that have begun and that have not', () => {
  const shape = halfDone(50, 5_000)
  const [begun, fresh] = [shape, { ...shape, isBegun: false }].map((one) => new LedgerWorld(one, 1))
  expect(mixedLessons(fresh!, 500)).toEqual(mixedLessons(begun!, 500))
  const ids = [begun!, fresh!].map((world) => new Model(world, mixedLessons(world, 500)).completions())
  expect(ids[1]).toEqual(ids[0])
  expect(ids[0]!.size).toBeGreaterThan(0)
})

it('refuses more events than there are open lessons', () => {
  const world = new LedgerWorld(halfDone(50, 250), 1)
  expect(() => mixedLessons(world, 201)).toThrow('201 events are too many for 10 enrollments with 20 open lessons each')
})

describe('lastLessons', () => {
  const world = new LedgerWorld(halfDone(50, 25_000), 1)
  const last = lastLessons(world, 900)

  it('completes every enrollment, with the lessons that all still need', () => {
    expect(last.count).toBe(900 * OPEN_REQUIRED)
    expect(new Model(world, last).completions().size).toBe(900)
  })

  it('keeps the lessons of an enrollment near each other, so that completions come all the time', () => {
    const places = Map.groupBy(listed(last).keys(), (index) => last.enrollments[index]!)
    const widths = [...places.values()].map((at) => Math.max(...at) - Math.min(...at))
    expect(Math.max(...widths)).toBeLessThan(last.count / 10)
    expect(Math.max(...widths)).toBeGreaterThan(OPEN_REQUIRED)
  })
})
