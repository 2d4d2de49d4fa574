import type { Random } from '../random'
import { SCHEMAS, SERVICES, type ServiceName } from '../stage/whole-stack'
import type { Repeat } from './fence-watch'
import { CommitTap, type CommitKind, type Cut, type Side } from './commit-tap'

/** Of the commits. */
const CUT_SHARE = 0.06

/** Cuts connections at random commits while it is on, and keeps the count. */
export class Cutter {
  isOn = false
  /** Commits that went by while it was on, those that were cut among them. */
  commits = 0
  readonly cuts: Cut[] = []
  /** How often a batch that the fence had passed was given again, and what became of it. */
  readonly repeats: Record<Repeat, number> = { refused: 0, 'applied again': 0 }
  /** When the connection of each service was cut last at a batch, in milliseconds since 1970. */
  readonly lastCutAt = new Map<ServiceName, number>()

  constructor(
    private readonly random: Random,
    private readonly onCut: (cut: Cut) => void,
  ) {}

  /** For one connection. */
  tap(): CommitTap {
    return new CommitTap({ draw: () => this.draw(), onCut: (cut) => this.note(cut), onRepeat: (repeat) => this.repeats[repeat]++ })
  }

  /** How many cuts of a kind there were at a side. */
  count(kind: CommitKind, side: Side): number {
    return this.cuts.filter((cut) => cut.kind === kind && cut.side === side).length
  }

  /** How many replies were dropped, and after how many of these commits the server had said that they were done. */
  get replies(): { readonly dropped: number; readonly committed: number } {
    const replies = this.cuts.filter(({ side }) => side === 'reply')
    return { dropped: replies.length, committed: replies.filter(({ isCommitted }) => isCommitted).length }
  }

  private draw(): Side | undefined {
    if (!this.isOn) return undefined
    this.commits++
    if (!this.random.chance(CUT_SHARE)) return undefined
    return this.random.chance(0.5) ? 'request' : 'reply'
  }

  private note(cut: Cut): void {
    this.cuts.push(cut)
    this.onCut(cut)
    const service = SERVICES.find((name) => SCHEMAS[name] === cut.user)
    if (service !== undefined && cut.kind === 'batch') this.lastCutAt.set(service, Date.now())
  }
}
