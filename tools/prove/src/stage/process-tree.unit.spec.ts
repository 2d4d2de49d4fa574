import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { aimAt } from './process-tree'

/** A shell with a child; prints the child's id, then both wait. */
async function family() {
  const parent = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  return { parent, child: Number(line.toString()), closed: once(parent, 'close') }
}

describe('aimAt', () => {
  afterEach(() => void jest.restoreAllMocks())

  it('kills a process and its children', async () => {
    const { parent, closed } = await family()
    expect(aimAt(parent.pid!)()).toBe(true)
    // The child holds the other end of the pipe: it is closed when both are gone.
    await closed
    expect(parent.signalCode).toBe('SIGKILL')
  })

  it('kills nobody when the look-up is old', async () => {
    const { parent, child, closed } = await family()
    const strike = aimAt(parent.pid!)
    const now = performance.now()
    jest.spyOn(performance, 'now').mockReturnValue(now + 1_000)
    expect(strike()).toBe(false)
    expect(process.kill(child, 0)).toBe(true)
    process.kill(child, 'SIGKILL')
    await closed
  })
})
