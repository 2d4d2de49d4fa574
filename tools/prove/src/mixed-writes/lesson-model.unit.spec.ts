import { LessonModel, type LessonRow } from './lesson-model'

const LESSON = 'a lesson'

/** Marks as [percentage, from, to, source, certain]. */
function model(...marks: [number, number, number, ('reported' | 'announced')?, boolean?][]): LessonModel {
  const lessons = new LessonModel()
  for (const [percentage, from, to, source = 'reported', isCertain = true] of marks)
    lessons.add({ lessonId: LESSON, percentage, at: null }, { from, to }, { source, isCertain })
  return lessons
}

const row = (change: Partial<LessonRow>): LessonRow => ({
  status: 'in_progress',
  percentage: 40,
  startedAt: 10,
  lastAccessedAt: 30,
  completedAt: null,
  ...change,
})

describe('what must be true of a lesson', () => {
  const visited = model([40, 20, 20], [30, 10, 10], [5, 30, 30])

  it('is the highest percentage, the earliest start and the latest visit', () => {
    expect(visited.mismatch(LESSON, row({}))).toBeNull()
  })

  it.each([
    [{ percentage: 30 }, 'lost'],
    [{ startedAt: 20 }, 'lost'],
    [{ startedAt: null }, 'lost'],
    [{ lastAccessedAt: 20 }, 'lost'],
    [{ percentage: 41 }, 'wrong'],
    [{ startedAt: 9 }, 'wrong'],
    [{ lastAccessedAt: 31 }, 'wrong'],
    [{ status: 'not_started' }, 'wrong'],
    [{ completedAt: 20 }, 'wrong'],
  ])('is contradicted by %j', (change, kind) => {
    expect(visited.mismatch(LESSON, row(change))).toMatchObject({ kind })
  })

  it('stays complete since the earliest completion', () => {
    const complete = model([100, 20, 20], [100, 15, 15], [50, 30, 30], [30, 10, 10])
    const completed = row({ status: 'completed', percentage: 100, completedAt: 15 })
    expect(complete.mismatch(LESSON, completed)).toBeNull()
    expect(complete.mismatch(LESSON, { ...completed, completedAt: 20 })).toMatchObject({ kind: 'lost' })
    expect(complete.mismatch(LESSON, { ...completed, completedAt: null })).toMatchObject({ kind: 'lost' })
  })

  it('may hold what was not acknowledged, and need not', () => {
    const perhaps = model([40, 10, 30], [80, 5, 50, 'reported', false])
    expect(perhaps.mismatch(LESSON, row({}))).toBeNull()
    expect(perhaps.mismatch(LESSON, row({ percentage: 80, startedAt: 6, lastAccessedAt: 45 }))).toBeNull()
    expect(perhaps.recorded).toEqual([LESSON])
    expect(model([80, 5, 50, 'reported', false]).recorded).toEqual([])
  })
})

describe('a cycle', () => {
  const lessons = model([100, 10, 10], [60, 30, 30], [80, 18, 22])
  const first = lessons.during({ number: 1, from: 0, to: 20 })
  const second = lessons.during({ number: 2, from: 20, to: Infinity })

  it('has the events of its time', () => {
    expect(
      first.mismatch(LESSON, row({ status: 'completed', percentage: 100, startedAt: 10, lastAccessedAt: 10, completedAt: 10 })),
    ).toBeNull()
    expect(second.mismatch(LESSON, row({ percentage: 60, startedAt: 30, lastAccessedAt: 30 }))).toBeNull()
    expect([first.announcement(LESSON), second.announcement(LESSON)]).toEqual(['must', 'must not'])
  })

  it('may have what happened around its start', () => {
    expect(
      first.mismatch(LESSON, row({ status: 'completed', percentage: 100, startedAt: 10, lastAccessedAt: 19, completedAt: 10 })),
    ).toBeNull()
    expect(second.mismatch(LESSON, row({ percentage: 80, startedAt: 20, lastAccessedAt: 30 }))).toBeNull()
    expect(second.mismatch(LESSON, row({ percentage: 80, startedAt: 19, lastAccessedAt: 30 }))).toMatchObject({ kind: 'wrong' })
  })
})

describe('the announcement of a complete lesson', () => {
  it.each([
    ['must', model([100, 1, 1], [20, 2, 2])],
    ['must not', model([99, 1, 1])],
    ['must not', model([100, 1, 1, 'announced'], [99, 2, 2])],
    ['may', model([100, 1, 1, 'announced'], [100, 2, 2])],
    ['may', model([100, 1, 1, 'reported', false])],
  ])('%s be there', (announcement, lessons) => {
    expect(lessons.announcement(LESSON)).toBe(announcement)
  })

  it('tells a time at which the lesson was reported complete', () => {
    const lessons = model([100, 10, 20], [50, 30, 30])
    expect([9, 10, 20, 21, 30].map((time) => lessons.wasCompletedAt(LESSON, time))).toEqual([false, true, true, false, false])
  })
})
