import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfra } from '@laurel/dev-stack'
import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { Arena, type ArenaOptions } from './arena'
import { playCase } from './case'
import { checkCase } from './check-case'
import { checkJobs } from './check-jobs'
import { makeDatabases } from './databases'
import { Tally } from './tally'

const DEFAULT_CASES = 2_000
/** Cases at once: while one waits for Postgres, another goes on. */
const LANES = 6

/** Fold, enrollments, facts from outside, the relay and jobs on real Postgres, statement by statement in an order that a seed gives. */
export const interleave: Proof = {
  name: 'interleave',
  summary:
    'fold, enrollments, outside facts, relay and jobs, every statement scheduled by the seed; one completion per satisfied cycle, no lost evidence, no job lost or done twice',
  async run(o): Promise<Evidence> {
    const dir = mkdtempSync(join(tmpdir(), 'laurel-interleave-'))
    // Postgres runs as another user when this process is root.
    chmodSync(dir, 0o755)
    const infra = await startInfra({ dir, fresh: true, ports: 'ephemeral', durable: false, signal: o.signal })
    try {
      const databases = await makeDatabases(infra.postgres.url, LANES)
      return await playCases(databases.places, o).finally(() => databases.drop())
    } finally {
      await infra.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

/** Plays cases on databases of completion-detection, on all of them at once. */
export async function playCases(
  places: readonly ArenaOptions[],
  o: Pick<ProofOptions, 'seed' | 'cases' | 'say' | 'signal'>,
): Promise<Evidence> {
  const { seed, cases = DEFAULT_CASES } = o
  const tally = new Tally(cases, o.say)
  let next = seed
  const playSome = async (arena: Arena) => {
    while (next < seed + cases) {
      o.signal.throwIfAborted()
      const own = next++
      const findings = new Findings()
      const played = await playCase(arena, own)
      await checkCase(arena, played, findings, `seed ${own}`)
      await checkJobs(arena, played, findings, `seed ${own}`)
      tally.add(own, played, findings)
    }
  }
  const arenas = await Promise.all(places.map((place) => Arena.open(place)))
  const lanes = await Promise.allSettled(
    arenas.map((arena) =>
      playSome(arena).catch((error: unknown) => {
        next = Infinity
        throw error
      }),
    ),
  )
  for (const arena of arenas) await arena.close()
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
  return tally.evidence(arenas.every(({ isExact }) => isExact))
}
