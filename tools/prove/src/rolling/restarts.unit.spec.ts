import type { Replica } from '../stage/replica'
import { Restarts } from './restarts'

const EVERY_MS = 1_000
let now: number
let told: string[]
let replicas: { name: string; pid: number | undefined; end(): boolean }[]
let balancer: { readyCount: number }
let restarts: Restarts
beforeEach(() => {
  ;[now, told, balancer] = [0, [], { readyCount: 2 }]
  replicas = ['one', 'two'].map((name, index) => ({ name, pid: index, end: () => told.push(name) > 0 }))
  restarts = new Restarts(replicas as unknown as Replica[], balancer, EVERY_MS, () => now)
  restarts.reached(0)
})

function at(time: number, share = 0.5): void {
  now = time
  restarts.reached(share)
}

it('ends a replica whenever the time has come', () => {
  at(999)
  expect(told).toEqual([])
  at(1_000)
  expect(told).toEqual(['one'])
})

it('waits until another process serves in place of the one that it ended', () => {
  at(1_000)
  at(2_000)
  expect([told, restarts.isOver, restarts.unrecovered]).toEqual([['one'], false, ['SIGTERM of one']])
  ;[replicas[0]!.pid, balancer.readyCount] = [undefined, 1]
  at(2_100)
  replicas[0]!.pid = 7
  at(2_200)
  expect([told, restarts.isOver]).toEqual([['one'], false])
  balancer.readyCount = 2
  at(2_300)
  expect([told, restarts.count]).toEqual([['one', 'two'], 2])
})

it('ends none when the writing is done', () => {
  at(1_000, 1)
  expect(told).toEqual([])
})

it('knows the longest time without an acknowledged write', () => {
  for (const time of [10, 30, 90, 100]) {
    now = time
    restarts.acknowledged()
  }
  expect(restarts.longestGapMs).toBe(60)
})
