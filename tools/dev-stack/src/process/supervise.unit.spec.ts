import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@laurel/testing'
import { StartFailure } from '../failure'
import { scratchDirectory } from '../scratch-directory.fixture'
import type { Child } from './launch'
import { backoffMs, supervise, type Supervision } from './supervise'

/** A process that ends when the test says so. */
class FakeChild implements Child {
  readonly ended: Promise<string>
  stopped = false
  private how: string | undefined
  private resolve!: (how: string) => void

  constructor(readonly pid: number) {
    this.ended = new Promise((resolve) => (this.resolve = resolve))
  }

  endedAs = () => this.how
  kill = (signal: NodeJS.Signals) => this.end(signal)
  end(how: string): void {
    this.how ??= how
    this.resolve(this.how)
  }
  async stop(): Promise<void> {
    this.stopped = true
    this.end('SIGTERM')
  }
}

describe('supervise', () => {
  const scratch = scratchDirectory()
  let launched: FakeChild[]
  let restarts: [pid: number, endedAs: string][]
  beforeEach(() => {
    launched = []
    restarts = []
  })
  const supervision = (o: Partial<Supervision> = {}): Supervision => ({
    name: 'progress',
    logFile: join(scratch.path, 'progress.log'),
    launch: async () => {
      launched.push(new FakeChild(100 + launched.length))
      return launched.at(-1)!
    },
    isReady: async () => true,
    readyWithinMs: 60_000,
    onRestart: (pid, endedAs) => restarts.push([pid, endedAs]),
    ...o,
  })

  it('waits until the process is ready', async () => {
    let asked = 0
    const supervised = await supervise(supervision({ isReady: async () => ++asked === 3 }))
    expect(asked).toBe(3)
    expect(supervised.pid).toBe(100)
  })

  it('starts it again when it ends, and says how it ended', async () => {
    const supervised = await supervise(supervision())
    supervised.kill('SIGKILL')
    await eventually(() => expect(restarts).toEqual([[101, 'SIGKILL']]))
    expect(supervised.pid).toBe(101)
    await supervised.stop(0)
  })

  it('tries again when it cannot be started again at once', async () => {
    const { launch } = supervision()
    let refusals = 0
    const supervised = await supervise(
      supervision({
        launch: () => (launched.length === 1 && refusals++ === 0 ? Promise.reject(new Error('out of processes')) : launch()),
      }),
    )
    launched[0]!.end('exit code 1')
    await eventually(() => expect(restarts).toEqual([[101, 'exit code 1']]))
    expect(refusals).toBe(2)
    await supervised.stop(0)
  })

  it('starts nothing again once it is stopped', async () => {
    const supervised = await supervise(supervision())
    await supervised.stop(0)
    expect(launched).toHaveLength(1)
    expect(launched[0]!.stopped).toBe(true)
  })

  it('stops what is being started again when the stop comes', async () => {
    const { launch } = supervision()
    let release!: () => void
    const held = new Promise<void>((resolve) => (release = resolve))
    const supervised = await supervise(
      supervision({
        launch: async () => {
          if (launched.length === 1) await held
          return launch()
        },
      }),
    )
    launched[0]!.end('SIGKILL')
    const stopped = supervised.stop(0)
    release()
    await stopped
    expect(launched.filter((child) => !child.stopped && child.endedAs() === undefined)).toEqual([])
    expect(restarts).toEqual([])
  })

  it('fails with the end of the log when it ends before it is ready', async () => {
    writeFileSync(join(scratch.path, 'progress.log'), 'one\ntwo\n')
    const started = supervise(
      supervision({
        isReady: async () => {
          launched[0]!.end('exit code 3')
          return false
        },
      }),
    )
    await expect(started).rejects.toThrow(StartFailure)
    await expect(started).rejects.toThrow(/^progress did not start \(exit code 3\); the end of .*progress\.log:\n {2}one\n {2}two$/)
    expect(restarts).toEqual([])
  })

  it('fails and stops it when it is never ready', async () => {
    const started = supervise(supervision({ isReady: async () => false, readyWithinMs: 0 }))
    await expect(started).rejects.toThrow('not ready after 0 s')
    expect(launched[0]!.stopped).toBe(true)
  })
})

describe('backoffMs', () => {
  it('doubles from 200 ms to 5 s', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(backoffMs)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000])
  })
})
