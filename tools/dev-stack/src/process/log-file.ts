import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** The path of a process's log in `<dir>/logs`. What an earlier start wrote is kept as `<name>.previous.log`. */
export function freshLog(dir: string, name: string): string {
  mkdirSync(join(dir, 'logs'), { recursive: true })
  const path = join(dir, 'logs', `${name}.log`)
  try {
    renameSync(path, join(dir, 'logs', `${name}.previous.log`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return path
}

/** The last lines of a log, at most 16 kB of it; empty when there is none. */
export function lastLines(path: string, count = 15): string[] {
  try {
    const file = openSync(path, 'r')
    const { size } = fstatSync(file)
    const tail = Buffer.alloc(Math.min(size, 16_384))
    readSync(file, tail, 0, tail.length, size - tail.length)
    closeSync(file)
    return tail
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-count)
  } catch {
    return []
  }
}
