import { readdirSync, readFileSync } from 'node:fs'

/** The clock ticks per second of /proc, which Linux fixes (proc_pid_stat(5), USER_HZ). */
const TICKS = 100

export interface ProcessTimes {
  readonly parent: number
  /** CPU seconds of the process and of its children that have ended and been waited for. */
  readonly seconds: number
}

/**
 * Out of `/proc/<pid>/stat` (proc_pid_stat(5), fields 4 and 14 to 17). The command name before them may hold spaces and
 * brackets, so fields are counted from the last bracket.
 */
export function parseStat(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { parent: Number(fields[1]), seconds: ticks / TICKS }
}

/** CPU seconds of a process and everything below it: Postgres is a postmaster with a process per connection. */
export function sumOfTree(root: number, processes: ReadonlyMap<number, ProcessTimes>): number {
  const children = Map.groupBy(processes.keys(), (pid) => processes.get(pid)!.parent)
  const sum = (pid: number): number =>
    (children.get(pid) ?? []).reduce((total, child) => total + sum(child), processes.get(pid)?.seconds ?? 0)
  return sum(root)
}

/** CPU seconds so far by name; NaN where the machine has no /proc. */
export function cpuSeconds(pids: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const processes = allProcesses()
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => [name, pid === undefined || !processes.has(pid) ? NaN : sumOfTree(pid, processes)]),
  )
}

/** Starts to count the CPU seconds of these processes; the returned function says how many it were since, by name. */
export function countCpu(pids: Readonly<Record<string, number | undefined>>): () => Record<string, number> {
  const before = cpuSeconds(pids)
  return () => Object.fromEntries(Object.entries(cpuSeconds(pids)).map(([name, seconds]) => [name, seconds - before[name]!]))
}

/** Resident bytes of a process (`VmRSS` of proc_pid_status(5)); NaN where the machine has no /proc. */
export function residentBytes(pid: number): number {
  try {
    return parseResident(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return NaN
  }
}

export function parseResident(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1024
}

function allProcesses(): Map<number, ProcessTimes> {
  const found = new Map<number, ProcessTimes>()
  for (const name of process.platform === 'linux' ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name)) continue
    try {
      found.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'utf8')))
    } catch {
      // It ended between the listing and the look.
    }
  }
  return found
}
