import type { NamedBench } from './frame/bench'
import { httpBench } from './http/http-bench'
import { ingestBench } from './ingest/ingest-bench'

/** Every benchmark, in the order of `npm run bench`. */
export const BENCHES: readonly NamedBench[] = [httpBench, ingestBench]
