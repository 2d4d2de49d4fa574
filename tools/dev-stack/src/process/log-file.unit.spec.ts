import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchDirectory } from '../scratch-directory.fixture'
import { freshLog, lastLines } from './log-file'

describe('log files', () => {
  const scratch = scratchDirectory()

  it('begin anew at each start and keep the one before', () => {
    const path = freshLog(scratch.path, 'kafka')
    writeFileSync(path, 'first start')
    expect(freshLog(scratch.path, 'kafka')).toBe(path)
    expect(readFileSync(join(scratch.path, 'logs', 'kafka.previous.log'), 'utf8')).toBe('first start')
    expect(lastLines(path)).toEqual([])
  })

  it('show their last lines without the empty ones', () => {
    const path = join(scratch.path, 'long.log')
    writeFileSync(path, Array.from({ length: 5_000 }, (_, index) => `line ${index}\n\n`).join(''))
    expect(lastLines(path, 2)).toEqual(['line 4998', 'line 4999'])
  })
})
