import type { Findings } from '../findings'
import type { Call } from './job'

/** How an attempt ended, as far as the outside place can see; `cut`: its process was ended first. */
export type Ending = 'done' | 'refused' | 'unwell' | 'later' | 'cut'

interface Attempt {
  readonly number: number
  ending?: Ending
  /** When it ended. */
  at?: number
}

/** A job was taken again; attempts between these two were cut before they could tell that they had begun. */
export interface Retaken {
  readonly job: string
  readonly from: number
  readonly to: number
  /** From the end of the process to the begin of the attempt. */
  readonly tookMs: number
}

/** What was done may not have been settled when its process was ended so soon after. */
const UNSETTLED_MS = 1_000
/** After these, and only these, comes another attempt. */
const REPEATED: readonly (Ending | undefined)[] = ['unwell', 'later', 'cut']

/** Every attempt that began; it is a finding when the one before was neither cut nor failed, for then two do the same job. */
export class Attempts {
  private readonly ofJob = new Map<string, Attempt[]>()
  private readonly ofProcess = new Map<number, Map<string, Attempt>>()
  private readonly ended = new Set<number>()
  /** How many attempts there were. */
  count = 0
  /** How jobs came to their next attempt that a killed process had at work. */
  readonly retaken: Retaken[] = []

  constructor(
    private readonly findings: Findings,
    private readonly now: () => number = () => performance.now(),
  ) {}

  begin({ job, attempt: number, pid }: Call): void {
    this.count++
    const all = this.ofJob.get(job) ?? []
    const before = all.at(-1)
    if (before && (!REPEATED.includes(before.ending) || number <= before.number)) {
      const how = before.ending === undefined ? 'was still at work' : `ended (${before.ending})`
      this.findings.add('doubled', `attempt ${number} at job ${job} began, attempt ${before.number} ${how}`)
    }
    if (before?.ending === 'cut') this.retaken.push({ job, from: before.number, to: number, tookMs: this.now() - before.at! })
    const attempt: Attempt = { number }
    this.ofJob.set(job, [...all, attempt])
    const own = this.ofProcess.get(pid) ?? new Map<string, Attempt>()
    this.ofProcess.set(pid, own.set(job, attempt))
    // What a killed process had sent may arrive after its end.
    if (this.ended.has(pid)) this.cut(pid)
  }

  end({ job, pid }: Call, ending: Ending): void {
    const attempt = this.ofProcess.get(pid)?.get(job)
    if (attempt && !this.ended.has(pid)) Object.assign(attempt, { ending, at: this.now() })
  }

  /** A process was killed: what it had not finished is to be done again. Returns how many jobs it was at. */
  cut(pid: number): number {
    this.ended.add(pid)
    const now = this.now()
    const own = [...(this.ofProcess.get(pid)?.values() ?? [])]
    const atWork = own.filter(({ ending }) => ending === undefined)
    const unsettled = own.filter(({ ending, at }) => (ending === 'done' || ending === 'refused') && now - at! < UNSETTLED_MS)
    for (const attempt of [...atWork, ...unsettled]) Object.assign(attempt, { ending: 'cut', at: now })
    return atWork.length
  }

  /** Jobs that had failed were given their attempts anew: another may follow, and how long that took says nothing. */
  redriven(jobs: Iterable<string>): void {
    for (const job of jobs) {
      const last = this.ofJob.get(job)?.at(-1)
      if (last) last.ending = 'unwell'
    }
  }

  isEnded(pid: number): boolean {
    return this.ended.has(pid)
  }

  /** Whether an attempt at it was ever cut. */
  wasCut(job: string): boolean {
    return this.ofJob.get(job)?.some(({ ending }) => ending === 'cut') ?? false
  }

  get jobs(): IterableIterator<string> {
    return this.ofJob.keys()
  }
}
