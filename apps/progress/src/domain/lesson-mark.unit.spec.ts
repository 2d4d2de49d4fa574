import fc from 'fast-check'
import { lessonMark, mergeMarks } from './lesson-mark'

const key = (lessonId: string) => ({ userId: 'u', courseVersionId: 'v', lessonId })

describe('mergeMarks', () => {
  it('keeps the maximum, the earliest start and completion and the latest access', () => {
    const marks = [
      lessonMark(key('a'), 40, new Date(5)),
      lessonMark(key('a'), 100, new Date(9)),
      lessonMark(key('a'), 100, new Date(7)),
      lessonMark(key('b'), 0, new Date(1)),
    ]
    expect(mergeMarks(marks)).toEqual([
      { ...key('a'), percentage: 100, startedAt: new Date(5), lastAccessedAt: new Date(9), completedAt: new Date(7) },
      { ...key('b'), percentage: 0, startedAt: new Date(1), lastAccessedAt: new Date(1), completedAt: null },
    ])
  })

  it('does not complete a lesson below 100', () => {
    expect(lessonMark(key('a'), 99.99, new Date(1)).completedAt).toBeNull()
  })

  it('gives the same in any order and with any repetition', () => {
    const mark = fc.record({
      lesson: fc.constantFrom('a', 'b', 'c'),
      percentage: fc.constantFrom(0, 30, 99, 100),
      at: fc.integer({ min: 0, max: 50 }),
    })
    const byLesson = (marks: ReturnType<typeof mergeMarks>) => [...marks].sort((x, y) => x.lessonId.localeCompare(y.lessonId))
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 20 }), (reports) => {
        const marks = reports.map((report) => lessonMark(key(report.lesson), report.percentage, new Date(report.at)))
        const twice = mergeMarks([...mergeMarks(marks.toReversed()), ...marks])
        expect(byLesson(twice)).toEqual(byLesson(mergeMarks(marks)))
      }),
    )
  })
})
