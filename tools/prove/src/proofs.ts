import { backendStorm } from './backend-storm/backend-storm'
import { brokerCrash } from './broker-crash/broker-crash'
import { clock } from './clock/clock'
import { interleave } from './interleave/interleave'
import { intruders } from './intruders/intruders'
import { jobs } from './jobs/jobs'
import { killServices } from './kill-services/kill-services'
import { mixedWrites } from './mixed-writes/mixed-writes'
import { mutants } from './mutants/mutants'
import { outside } from './outside/outside'
import { overload } from './overload/overload'
import { poison } from './poison/poison'
import { postgresCrash } from './postgres-crash/postgres-crash'
import type { Proof } from './proof'
import { relay } from './relay/relay'
import { replay } from './replay/replay'
import { slowLinks } from './slow-links/slow-links'
import { soak } from './soak/soak'
import { unknownCommit } from './unknown-commit/unknown-commit'
import { rolling } from './rolling/rolling'
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
  jobs,
  overload,
  rolling,
  zombies,
  unknownCommit,
  slowLinks,
  clock,
  soak,
  interleave,
  mutants,
  intruders,
]
