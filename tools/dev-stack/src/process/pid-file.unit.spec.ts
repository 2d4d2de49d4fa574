import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchDirectory } from '../scratch-directory.fixture'
import { identify } from './identity'
import type { Child } from './launch'
import { launchScript, SLEEP } from './launch.fixture'
import { PidFile } from './pid-file'

describe('PidFile', () => {
  const scratch = scratchDirectory()
  let left: Child
  beforeEach(async () => (left = await launchScript(scratch.path, new PidFile(scratch.path), SLEEP)))
  afterEach(() => left.stop(5_000))

  it('ends what an earlier run left running, and forgets it', async () => {
    expect(await new PidFile(scratch.path).endAll()).toEqual(['sleeper'])
    expect(identify(left.pid)).toBeUndefined()
    expect(await new PidFile(scratch.path).endAll()).toEqual([])
  })

  it('leaves a later process alone that got the id of one of ours', async () => {
    const path = join(scratch.path, 'pids.json')
    const [record] = JSON.parse(readFileSync(path, 'utf8')) as { started: string }[]
    writeFileSync(path, JSON.stringify([{ ...record, started: 'before the last boot:1' }]))
    expect(await new PidFile(scratch.path).endAll()).toEqual([])
    expect(left.endedAs()).toBeUndefined()
    expect(identify(left.pid)).toBeDefined()
  })

  it('takes a file that cannot be read as empty', async () => {
    writeFileSync(join(scratch.path, 'pids.json'), '[{"pid":')
    expect(await new PidFile(scratch.path).endAll()).toEqual([])
  })
})
