import { SERVICES } from '../../stage/whole-stack'
import type { Clocks } from '../clocks'

/** Sets the clocks of all five services, in milliseconds ahead of the machine's. */
export async function stepAll(clocks: Clocks, offsetMs: number): Promise<void> {
  await Promise.all(SERVICES.map((name) => clocks.set(name, offsetMs)))
}
