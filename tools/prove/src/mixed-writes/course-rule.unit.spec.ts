import { percentageOf } from './course-rule'

const lesson = (lesson_id: string, required: boolean) => ({ lesson_id, title: '', position: 0, required })
const quiz = (quiz_id: string, required: boolean) => ({ quiz_id, title: '', required, pass_threshold_percentage: 50 })
const done =
  (...ids: string[]) =>
  (id: string) =>
    ids.includes(id)

describe('the percentage of a course version', () => {
  const version = {
    lessons: [lesson('a', true), lesson('b', true), lesson('c', false)],
    quizzes: [quiz('q', true), quiz('r', false)],
    electives: [{ choose: 1, of: ['c', 'r'] }],
  }

  it('counts required lessons, required quizzes and what is to be chosen, rounded down', () => {
    expect(percentageOf(version, done())).toBe(0)
    expect(percentageOf(version, done('a'))).toBe(25)
    expect(percentageOf({ ...version, electives: [] }, done('a', 'q'))).toBe(66)
    expect(percentageOf(version, done('a', 'b', 'q', 'r'))).toBe(100)
  })

  it('counts no more of a group than is to be chosen, and optional items for nothing', () => {
    expect(percentageOf(version, done('c', 'r'))).toBe(25)
    expect(percentageOf({ ...version, electives: [] }, done('c', 'r'))).toBe(0)
  })

  it('counts an item in each group that holds it', () => {
    expect(
      percentageOf(
        {
          lessons: [lesson('c', false)],
          quizzes: [],
          electives: [
            { choose: 1, of: ['c'] },
            { choose: 1, of: ['c'] },
          ],
        },
        done('c'),
      ),
    ).toBe(100)
  })

  it('is 0 when nothing is needed', () => {
    expect(percentageOf({ lessons: [lesson('c', false)], quizzes: [] }, done('c'))).toBe(0)
  })
})
