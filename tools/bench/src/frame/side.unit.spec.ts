import { medianSide } from './side'

it('takes the medians of the rounds, of each process on its own', () => {
  const round = (perSecond: number, service: number, kafka: number) => ({ perSecond, cpuMicros: { service, kafka } })
  expect(medianSide('it', [round(1, 9, 40), round(5, 1, 60), round(3, 5, 50)])).toEqual({
    title: 'it',
    perSecond: 3,
    cpuMicros: { service: 5, kafka: 50 },
  })
})
