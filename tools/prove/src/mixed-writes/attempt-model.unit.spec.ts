import { AttemptModel } from './attempt-model'

const attempt = (number: number | null, completedAt: number, score = 50) => ({ quizId: 'q', number, score, startedAt: null, completedAt })
const report = (model: AttemptModel, one: ReturnType<typeof attempt>, given: number) =>
  model.reported(one, null, { from: one.completedAt, to: one.completedAt }, given, true)

describe('what must be true of attempts', () => {
  it('is one for each number, however often and by whichever way it came', () => {
    const model = new AttemptModel()
    report(model, attempt(1, 10), 1)
    report(model, attempt(1, 10), 1)
    expect(model.announced(attempt(1, 10))).toBe(true)
    model.announced(attempt(2, 20))
    report(model, attempt(3, 30), 3)
    expect(model.expected.map(({ attempt: { number }, announcement }) => [number, announcement])).toEqual([
      [1, 'may'],
      [2, 'must not'],
      [3, 'must'],
    ])
  })

  it('is one for each time where the service gives the number, which is the same in every answer', () => {
    const model = new AttemptModel()
    report(model, attempt(null, 10), 1)
    report(model, attempt(null, 10), 2)
    report(model, attempt(null, 20), 3)
    expect(model.expected.map(({ given }) => [...given])).toEqual([[1, 2], [3]])
  })

  it('is one for each key where nothing else tells which it is, completed between the first try and the last answer', () => {
    const model = new AttemptModel()
    const untimed = { ...attempt(null, 0), completedAt: null }
    model.reported(untimed, 'key a', { from: 20, to: 30 }, 1, true)
    model.reported(untimed, 'key a', { from: 10, to: 15 }, 1, true)
    model.reported(untimed, 'key b', { from: 40, to: 50 }, 2, true)
    expect(model.expected.map(({ given, completed }) => [[...given], completed])).toEqual([
      [[1], { from: 10, to: 30 }],
      [[2], { from: 40, to: 50 }],
    ])
  })

  it('is the first of two that contradict each other', () => {
    const model = new AttemptModel()
    expect(model.announced(attempt(1, 10, 50))).toBe(true)
    expect(model.announced(attempt(1, 11, 60))).toBe(false)
    expect(model.expected.map((one) => one.attempt.score)).toEqual([50])
  })

  it('is uncertain until it is acknowledged', () => {
    const model = new AttemptModel()
    model.reported(attempt(1, 10), null, { from: 10, to: 10 }, null, false)
    expect(model.expected).toMatchObject([{ isCertain: false, announcement: 'may' }])
    report(model, attempt(1, 10), 1)
    expect(model.expected).toMatchObject([{ isCertain: true, announcement: 'must' }])
  })
})
