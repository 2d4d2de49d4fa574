import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** For so long a process id that was looked up is still that process's. */
const FRESH_MS = 100

/**
 * Looks up a process and its children, and returns what sends SIGKILL to all of them at once. It does nothing and returns
 * false when it is called so late that an id may belong to another process. A child that comes in between ends by itself
 * when it sees that its parent is gone.
 */
export function aimAt(pid: number): () => boolean {
  // The parent first, so that it cannot replace the children.
  const tree = [pid, ...childrenOf(pid)]
  const aimedAt = performance.now()
  return () => {
    if (performance.now() - aimedAt > FRESH_MS) return false
    tree.forEach(kill)
    return true
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function childrenOf(pid: number): number[] {
  return parents()
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child)
}

/** Every process with its parent. */
function parents(): [number, number][] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The command's name may hold spaces and brackets: fields are counted from the last bracket.
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]]
      } catch {
        return []
      }
    })
}
