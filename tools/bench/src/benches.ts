import type { NamedBench } from './frame/bench'
import { foldBench } from './fold/fold-bench'
import { httpBench } from './http/http-bench'
import { ingestBench } from './ingest/ingest-bench'
import { pipelineBench } from './pipeline/pipeline-bench'

/** Every benchmark, in the order of `npm run bench`. */
export const BENCHES: readonly NamedBench[] = [httpBench, ingestBench, foldBench, pipelineBench]
