import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@laurel/testing'
import { scratchDirectory } from '../scratch-directory.fixture'
import { identify } from './identity'
import { launch, type Child } from './launch'
import { launchScript, SLEEP } from './launch.fixture'
import { PidFile } from './pid-file'

describe('launch', () => {
  const scratch = scratchDirectory()
  const children: Child[] = []
  const start = async (script: string) => {
    const pids = new PidFile(scratch.path)
    const child = await launchScript(scratch.path, pids, script)
    children.push(child)
    return { child, pids }
  }
  const log = () => readFileSync(join(scratch.path, 'sleeper.log'), 'utf8')
  const recorded = () => JSON.parse(readFileSync(join(scratch.path, 'pids.json'), 'utf8')) as { pid: number }[]
  afterEach(() => Promise.all(children.splice(0).map((child) => child.stop(0))))

  it('records the process before it returns, and forgets it when it has ended', async () => {
    const { child } = await start(SLEEP)
    expect(recorded()).toMatchObject([{ name: 'sleeper', pid: child.pid }])
    await child.stop(5_000)
    expect(child.endedAs()).toBe('SIGTERM')
    expect(recorded()).toEqual([])
  })

  it('kills what does not obey its stop signal in time', async () => {
    const { child } = await start(`process.on('SIGTERM', () => console.log('no')); ${SLEEP}; console.log('deaf')`)
    await eventually(() => expect(log()).toContain('deaf'))
    await child.stop(200)
    expect(child.endedAs()).toBe('SIGKILL')
    expect(identify(child.pid)).toBeUndefined()
  })

  it('appends output and error to the log, and tells the exit code', async () => {
    const { child } = await start(`console.log('out'); console.error('err'); process.exit(3)`)
    expect(await child.ended).toBe('exit code 3')
    expect(log()).toBe('out\nerr\n')
  })

  it('names what cannot be started', async () => {
    const missing = launch({
      name: 'kafka',
      command: join(scratch.path, 'no-java'),
      args: [],
      cwd: scratch.path,
      env: {},
      logFile: join(scratch.path, 'kafka.log'),
      pids: new PidFile(scratch.path),
      stopSignal: 'SIGTERM',
    })
    await expect(missing).rejects.toThrow(/^kafka cannot be started: .*no-java/)
  })

  it('starts nothing after an interrupt, which ends what runs', async () => {
    const { child, pids } = await start(SLEEP)
    await pids.interrupt()
    expect(await child.ended).toBe('SIGTERM')
    await expect(launchScript(scratch.path, pids, SLEEP)).rejects.toThrow('sleeper is not started: the stack stops')
  })
})
