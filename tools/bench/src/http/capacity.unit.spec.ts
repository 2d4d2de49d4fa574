import { ratioTo } from './capacity'

it('compares within a round, and takes the median of the rounds', () => {
  const capacity = { shipped: { rounds: [1_000, 6_000, 900] }, per_request: { rounds: [1, 1, 1] }, plain: { rounds: [100, 1_000, 300] } }
  expect(ratioTo(capacity, 'plain')).toBe(6)
})
