import { join } from 'node:path'
import { EFFECT_TARGETS, type EffectTarget } from '../targets'
import { EffectLog } from './effect-log'

/** The effect logs of all targets, as `ledger-<target>.jsonl` in one directory. */
export class Ledger {
  private constructor(private readonly logs: ReadonlyMap<EffectTarget, EffectLog>) {}

  /** Reloads what the directory, which must exist, holds. */
  static async open(dir: string): Promise<Ledger> {
    const logs = new Map<EffectTarget, EffectLog>()
    for (const target of EFFECT_TARGETS) logs.set(target, await EffectLog.open(join(dir, `ledger-${target}.jsonl`)))
    return new Ledger(logs)
  }

  of(target: EffectTarget): EffectLog {
    return this.logs.get(target)!
  }

  wipe(): void {
    for (const log of this.logs.values()) log.wipe()
  }

  close(): void {
    for (const log of this.logs.values()) log.close()
  }
}
