import { Random } from '../random'
import type { Stage } from '../stage/stage'
import { Faults, type FaultKind } from './faults'

const NOTHING: Record<FaultKind, number> = { 'service SIGKILL': 0, 'service SIGTERM': 0, 'Postgres SIGKILL': 0 }

/** A stage of two replicas that notes what is done to it; `down` are those that have no process now. */
function stage(down: readonly number[] = []) {
  const hit: string[] = []
  const aim = { isFresh: true }
  const replicas = [0, 1].map((index) => ({
    name: `replica ${index}`,
    end: (signal: string) => !down.includes(index) && hit.push(`${signal} ${index}`) > 0,
  }))
  return { hit, aim, stage: { replicas, aimAtPostgres: () => () => aim.isFresh && hit.push('crash') > 0 } as unknown as Stage }
}

/** @param acknowledgement whether all faults wait for one, or none does */
function planned(on: Stage, counts: Partial<typeof NOTHING>, { acknowledgement = false } = {}): Faults {
  const random = new Random('faults')
  jest.spyOn(random, 'chance').mockReturnValue(acknowledgement)
  return new Faults(on, random, { ...NOTHING, ...counts })
}

describe('Faults', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000 }))
  afterEach(() => void jest.useRealTimers())

  it('injects all that was planned before the writing ends, and nothing before it begins', () => {
    const { hit, stage: on } = stage()
    const faults = planned(on, { 'service SIGKILL': 3, 'service SIGTERM': 2, 'Postgres SIGKILL': 2 })
    faults.reached(0)
    expect(hit).toEqual([])
    faults.reached(0.9)
    expect(hit).toHaveLength(7)
    expect(faults.injected).toEqual({ 'service SIGKILL': 3, 'service SIGTERM': 2, 'Postgres SIGKILL': 2 })
  })

  it('kills a replica that runs, and waits for one when none does', () => {
    const one = stage([0])
    planned(one.stage, { 'service SIGKILL': 2 }).reached(1)
    expect(one.hit).toEqual(['SIGKILL 1', 'SIGKILL 1'])
    const none = planned(stage([0, 1]).stage, { 'service SIGKILL': 2 })
    none.reached(1)
    expect(none.injected['service SIGKILL']).toBe(0)
    expect([none.unrecovered, none.isOver]).toEqual([[], false])
  })

  it('is over when that replica acknowledges a write which was sent after the kill', () => {
    const faults = planned(stage([1]).stage, { 'service SIGKILL': 1 })
    faults.reached(1)
    jest.setSystemTime(4_000)
    faults.acknowledged(1, 3_000)
    faults.acknowledged(0, 900)
    expect(faults.unrecovered).toEqual(['service SIGKILL of replica 0'])
    faults.acknowledged(0, 1_500)
    expect(faults.unrecovered).toEqual([])
    expect(faults.recoveryMs).toBe(3_000)
  })

  it('is over after a crash of Postgres when anyone acknowledges a later write', () => {
    const faults = planned(stage().stage, { 'Postgres SIGKILL': 1 })
    faults.reached(1)
    jest.setSystemTime(2_000)
    faults.acknowledged(1, 1_001)
    expect([faults.unrecovered, faults.recoveryMs]).toEqual([[], 1_000])
  })

  it('waits for an acknowledgement, and strikes the replica that gave it', () => {
    const { hit, stage: on } = stage()
    const faults = planned(on, { 'service SIGKILL': 1, 'Postgres SIGKILL': 1 }, { acknowledgement: true })
    faults.reached(1)
    expect([hit, faults.isOver]).toEqual([[], false])
    faults.acknowledged(1, 900)
    faults.acknowledged(1, 900)
    expect([...hit].sort()).toEqual(['SIGKILL 1', 'crash'])
    expect(faults.isOver).toBe(false)
    faults.acknowledged(1, 1_001)
    expect(faults.isOver).toBe(true)
  })

  it('aims again when the acknowledgement comes too late', () => {
    const { hit, aim, stage: on } = stage()
    const faults = planned(on, { 'Postgres SIGKILL': 1 }, { acknowledgement: true })
    faults.reached(1)
    aim.isFresh = false
    faults.acknowledged(0, 900)
    expect([hit, faults.isOver]).toEqual([[], false])
    aim.isFresh = true
    faults.acknowledged(0, 900)
    expect(hit).toEqual(['crash'])
  })
})
