import { query, type Tx } from '@laurel/postgres'
import type { DetectedBy } from '../domain/completion'
import { SOURCES, SWEEP } from '../domain/detection'

/** Which completions are looked at: those detected from `from`, before `to`. */
export interface DetectionFilter {
  readonly from: Date
  readonly to: Date
  /** Null for those of all course versions. */
  readonly courseVersionId: string | null
}

/** How one source found completions. */
export interface SourceFigures {
  readonly detectedBy: DetectedBy
  readonly detections: number
  /** Of these, found by the sweep alone. */
  readonly swept: number
  /** Seconds from completed_at to detected_at; null without a detection. */
  readonly lagP50: number | null
  readonly lagP99: number | null
  /** Whenever that was; null when there never was one. */
  readonly lastDetectedAt: Date | null
}

const FIGURES = {
  name: 'detection-figures',
  text: `select s.detected_by as "detectedBy", f.detections, f.swept, f.lag[1] as "lagP50", f.lag[2] as "lagP99", l.at as "lastDetectedAt"
           from unnest($1::text[]) with ordinality as s(detected_by, n)
          cross join lateral (
            select count(*)::int4 as detections, (count(*) filter (where detected_from = $5 and s.detected_by = 'events'))::int4 as swept,
                   percentile_cont(array[0.5, 0.99]) within group (
                     order by greatest(0, extract(epoch from detected_at - completed_at))::float8) as lag
              from completion c
             where c.detected_by = s.detected_by and detected_at >= $2 and detected_at < $3
               and ($4::uuid is null or course_version_id = $4)
          ) f
          cross join lateral (
            select max(detected_at) as at from completion c
             where c.detected_by = s.detected_by and ($4::uuid is null or course_version_id = $4)
          ) l
          order by s.n`,
}
const LAST = {
  name: 'detection-last',
  text: `select s.detected_by as "detectedBy", (select max(detected_at) from completion c where c.detected_by = s.detected_by) as at
           from unnest($1::text[]) as s(detected_by)`,
}

/** The figures of every source, in the order of SOURCES. Revoked completions were detected too. */
export function readDetections(tx: Tx, { from, to, courseVersionId }: DetectionFilter): Promise<SourceFigures[]> {
  return query<SourceFigures>(tx, FIGURES, [SOURCES, from, to, courseVersionId, SWEEP])
}

/** When each source that ever detected something last did. */
export async function lastDetections(tx: Tx): Promise<{ detectedBy: DetectedBy; at: Date }[]> {
  const rows = await query<{ detectedBy: DetectedBy; at: Date | null }>(tx, LAST, [SOURCES])
  return rows.flatMap(({ detectedBy, at }) => (at === null ? [] : [{ detectedBy, at }]))
}
