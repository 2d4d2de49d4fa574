import { statSync } from 'node:fs'
import { join } from 'node:path'
import { scratchDirectory } from './scratch-directory.fixture'
import { Secrets } from './secrets'

describe('Secrets', () => {
  const scratch = scratchDirectory()

  it('gives the same secret for a name in every start, and another for another name', () => {
    const first = new Secrets(scratch.path)
    const drawn = first.of('postgres')
    expect(first.of('credly')).not.toBe(drawn)
    expect(new Secrets(scratch.path).of('postgres')).toBe(drawn)
  })

  it('lets nobody else read the file', () => {
    new Secrets(scratch.path).of('postgres')
    expect(statSync(join(scratch.path, 'secrets.json')).mode & 0o777).toBe(0o600)
  })
})
