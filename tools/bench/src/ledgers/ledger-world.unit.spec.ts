import { halfDone, LedgerWorld, OPEN_REQUIRED } from './ledger-world'

describe('LedgerWorld', () => {
  it('has about as many done items as were asked for, at both lengths of a course', () => {
    const fifty = new LedgerWorld(halfDone(50, 10_000_000), 1)
    const fiveHundred = new LedgerWorld(halfDone(500, 10_000_000), 1)
    expect([fifty.enrollments, fiveHundred.enrollments]).toEqual([400_000, 40_000])
    expect(Math.abs(fifty.doneItems / 10_000_000 - 1)).toBeLessThan(0.001)
    expect(Math.abs(fiveHundred.doneItems / 10_000_000 - 1)).toBeLessThan(0.001)
  })

  const world = new LedgerWorld(halfDone(50, 5_000), 1)
  const begun = Array.from({ length: world.enrollments }, (_, enrollment) => world.doneBefore(enrollment))
  const required = Array.from({ length: world.lessons }, (_, lesson) => lesson).filter((lesson) => world.isRequired(lesson))

  it('lacks of everyone the same five required lessons, and has the others done', () => {
    const missing = begun.map((done) => required.filter((lesson) => lesson >= done))
    expect(missing.every((lessons) => lessons.length === OPEN_REQUIRED)).toBe(true)
    expect(new Set(missing.map(String)).size).toBe(1)
    expect(Math.max(...begun)).toBeLessThanOrEqual(world.firstOpen)
  })

  it('publishes what it requires', () => {
    const published = world.courseVersions()[7]!.lessons
    expect(published.flatMap((lesson, index) => (lesson.required ? [index] : []))).toEqual(required)
    expect(published[3]!.lesson_id).toBe(world.textsOf(7, 3).lesson)
  })

  it('when nothing is begun, has nothing done and requires the same five lessons alone', () => {
    const fresh = new LedgerWorld({ ...world.shape, isBegun: false }, 1)
    expect(fresh.doneItems).toBe(0)
    expect(Array.from({ length: 50 }, (_, lesson) => lesson).filter((lesson) => fresh.isRequired(lesson))).toEqual(required.slice(-5))
    expect(fresh.textsOf(3, 30)).toEqual(world.textsOf(3, 30))
  })

  it('gives every learner an id of its own, which the seed fixes', () => {
    const users = (seed: number) => Array.from({ length: 200 }, (_, e) => new LedgerWorld(world.shape, seed).textsOf(e, 0).user)
    const [first, other] = [users(1), users(2)]
    expect(new Set([...first, ...other]).size).toBe(400)
    expect(users(1)).toEqual(first)
  })
})
