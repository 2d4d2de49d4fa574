import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchDirectory } from '../scratch-directory.fixture'
import { identify } from './identity'
import { lockHolder, takeLock, type Lock } from './lock'

describe('takeLock', () => {
  const scratch = scratchDirectory()
  const path = () => join(scratch.path, 'lock.json')

  it('is refused while its holder runs, who is named', () => {
    expect(takeLock(scratch.path)).toHaveProperty('release')
    expect(takeLock(scratch.path)).toEqual({ heldBy: identify(process.pid) })
    expect(lockHolder(scratch.path)).toEqual(identify(process.pid))
  })

  it('can be taken again after its release', () => {
    const lock = takeLock(scratch.path) as Lock
    lock.release()
    expect(lockHolder(scratch.path)).toBeUndefined()
    expect(takeLock(scratch.path)).toHaveProperty('release')
  })

  it.each([
    ['of a process that was killed', JSON.stringify({ pid: process.pid, started: 'before the last boot:1' })],
    ['cut short by a crash', '{"pid": 1'],
  ])('goes over a lock %s', (_what, content) => {
    writeFileSync(path(), content)
    expect(takeLock(scratch.path)).toHaveProperty('release')
    expect(lockHolder(scratch.path)).toEqual(identify(process.pid))
    expect(readdirSync(scratch.path)).toEqual(['lock.json'])
  })
})
