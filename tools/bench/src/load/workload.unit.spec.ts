import { World } from '../seed/world'
import { dealEnrollments, Workload } from './workload'

function reports(workload: Workload, count: number) {
  return Array.from({ length: count }, () => {
    workload.next()
    return { slot: workload.slot, lesson: workload.lesson, percentage: workload.percentage }
  })
}

describe('Workload', () => {
  it('completes lessons in two of five reports, each once, and never lessons that were complete before', () => {
    const completing = reports(new Workload(1, 1_000), 10_000).filter(({ percentage }) => percentage === 100)
    expect(completing.length).toBeGreaterThan(3_800)
    expect(completing.length).toBeLessThan(4_200)
    expect(new Set(completing.map(({ slot, lesson }) => `${slot}:${lesson}`)).size).toBe(completing.length)
    expect(Math.min(...completing.map(({ lesson }) => lesson))).toBe(30)
  })

  it('goes on with partial progress when every lesson is complete', () => {
    const workload = new Workload(1, 2)
    const all = reports(workload, 1_000)
    expect(workload.completing).toBe(2 * 30)
    expect(all.every(({ lesson, percentage }) => lesson < 60 && percentage >= 1 && percentage <= 100)).toBe(true)
  })

  it('is the same for the same seed', () => {
    expect(reports(new Workload(7, 50), 100)).toEqual(reports(new Workload(7, 50), 100))
    expect(reports(new Workload(7, 50), 100)).not.toEqual(reports(new Workload(8, 50), 100))
  })
})

describe('dealEnrollments', () => {
  it('gives equal parts of the senders, and no enrollment twice', () => {
    const world = new World(1_000_000, 1)
    const parts = dealEnrollments(world, 3)
    const all = parts.flatMap((part) => [...part])
    expect(parts.map((part) => part.length)).toEqual([6_666, 6_666, 6_666])
    expect(new Set(all).size).toBe(3 * 6_666)
    expect(all.every((enrollment) => world.isSender(enrollment))).toBe(true)
  })
})
