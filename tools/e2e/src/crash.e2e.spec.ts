import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@laurel/testing'
import { LaurelCommand } from './laurel-command'

const MINUTE = 60_000
const SERVICES = ['progress', 'completion-detection', 'credential', 'analytics-distribution', 'hr-report']

/** The part of `.laurel/demo.json` that tells whether everything arrived exactly once. */
interface DemoFile {
  readonly ok: boolean
  readonly [what: string]: unknown
}

describe('the demo, while every service is killed once', () => {
  let demo: LaurelCommand
  beforeAll(() => {
    demo = new LaurelCommand('start', '--once')
  })
  afterAll(() => demo.remove(), MINUTE)

  /** How far the demo has come with sending, in percent, as its progress bar says. */
  const sentPercent = () => Number([...demo.output.matchAll(/(\d+) % sending/g)].at(-1)?.[1] ?? -1)

  it(
    'finds everything exactly once, and leaves no process behind',
    async () => {
      const killed: number[] = []
      for (const [index, name] of SERVICES.entries()) {
        await eventually(() => {
          if (demo.hasEnded) throw new Error(`the demo ended before ${name} was killed:\n${demo.output}`)
          expect(sentPercent()).toBeGreaterThanOrEqual(10 + index * 12)
        }, 5 * MINUTE)
        const { pid } = demo.stack().services[name]!
        process.kill(pid, 'SIGKILL')
        killed.push(pid)
        await eventually(() => expect(demo.stack().services[name]!.pid).not.toBe(pid), MINUTE)
      }
      const last = demo.stack()
      await demo.success()
      expect(demo.read<DemoFile>('demo.json')).toMatchObject({ ok: true })
      expect(killed).toHaveLength(SERVICES.length)
      const pids = [...killed, last.sandbox.pid, ...Object.values(last.services).map((service) => service.pid)]
      for (const pid of pids) expect(existsSync(join('/proc', String(pid)))).toBe(false)
      expect(processesNaming(demo.dir)).toEqual([])
    },
    10 * MINUTE,
  )
})

/** Command lines of running processes that mention the directory. */
function processesNaming(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = commandLine(pid)
      return line.includes(dir) ? [line] : []
    })
}

function commandLine(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8')
  } catch {
    return ''
  }
}
