import { backendStorm } from './backend-storm/backend-storm'
import { brokerCrash } from './broker-crash/broker-crash'
import { interleave } from './interleave/interleave'
import { intruders } from './intruders/intruders'
import { killServices } from './kill-services/kill-services'
import { mixedWrites } from './mixed-writes/mixed-writes'
import { mutants } from './mutants/mutants'
import { outside } from './outside/outside'
import { poison } from './poison/poison'
import { postgresCrash } from './postgres-crash/postgres-crash'
import type { Proof } from './proof'
import { relay } from './relay/relay'
import { replay } from './replay/replay'
import { zombies } from './zombies/zombies'

/** Every proof, in the order in which `npm run prove` runs them. */
export const PROOFS: readonly Proof[] = [
  mixedWrites,
  killServices,
  postgresCrash,
  brokerCrash,
  backendStorm,
  poison,
  replay,
  relay,
  outside,
  zombies,
  interleave,
  mutants,
  intruders,
]
