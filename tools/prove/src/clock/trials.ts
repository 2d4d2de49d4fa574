import type { StackRun } from '../stack-proof/stack-proof'
import type { Clocks } from './clocks'
import { checkerGoesOn } from './trials/checker-goes-on'
import { deliveriesAreProcessed } from './trials/deliveries-are-processed'
import { laterRequestWins } from './trials/later-request-wins'
import { newKeyIsFound } from './trials/new-key-is-found'
import { placesAreKept } from './trials/places-are-kept'
import { refusedCallersWait } from './trials/refused-callers-wait'
import { workGoesOn } from './trials/work-goes-on'

/** What is tried alone, when nothing else moves, as a step must come at a certain moment of it; by name. */
export const TRIALS: Readonly<Record<string, (run: StackRun, clocks: Clocks) => Promise<void>>> = {
  'jobs, retries and breakers': workGoesOn,
  'places in consumer groups': placesAreKept,
  'enrollment and cancellation': laterRequestWins,
  'a new signing key': newKeyIsFound,
  'webhook deliveries': deliveriesAreProcessed,
  'the rate limit': refusedCallersWait,
  'the checker': checkerGoesOn,
}
