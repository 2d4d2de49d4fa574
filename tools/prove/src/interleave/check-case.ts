import { CourseCompletedV1 } from '@laurel/contracts'
import type { Findings } from '../findings'
import type { Arena } from './arena'
import { built } from './built'
import type { Played } from './case'
import type { Published } from './scheduled-relay'
import { cyclesOf, evidenceOf, isSatisfied, type Pupil } from './story'

/** Compares what a case left with the model; finds nothing when all is as it must be. */
export async function checkCase(arena: Arena, played: Played, findings: Findings, name: string): Promise<void> {
  for (const error of played.errors) findings.add('wrong', `${name}: ${error}`)
  const announced = await announcedBy(arena, played)
  checkCompletions(played, announced, findings, name)
  await checkState(arena, played, announced, findings, name)
  for (const pupil of played.story.pupils) await checkEvidence(arena, played, pupil, findings, name)
}

interface Announced {
  /** In the order of publication, without what a crash of the relay had it publish again. */
  readonly events: readonly Published[]
  /** By learner and cycle, how often. */
  readonly times: ReadonlyMap<string, number>
}

async function announcedBy(arena: Arena, { published, crashes, story }: Played): Promise<Announced> {
  const rows = await arena.query<{ key: Buffer; headers: { ce_id: string }; payload: Buffer }>(
    'select key, headers, payload from outbox order by id',
  )
  const waiting = rows.map(({ key, headers, payload }) => ({ key: key.toString(), id: headers.ce_id, value: payload.toString() }))
  const all = [...published, ...waiting]
  const events = crashes === 0 ? all : [...new Map(all.map((one) => [one.id, one])).values()]
  const times = new Map<string, number>()
  for (const { value } of events) {
    const parsed = CourseCompletedV1.parse(JSON.parse(value))
    const key =
      parsed.ok && parsed.data.course_version_id === story.version.course_version_id ? `${parsed.data.user_id} ${parsed.data.cycle}` : value
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  return { events, times }
}

/** One event for each satisfied cycle that must complete, at most one for one that may, and no other. */
function checkCompletions({ story }: Played, { times }: Announced, findings: Findings, name: string): void {
  const left = new Map(times)
  for (const pupil of story.pupils) {
    for (const cycle of cyclesOf(pupil)) {
      const key = `${pupil.userId} ${cycle.cycle}`
      const found = left.get(key) ?? 0
      left.delete(key)
      const satisfied = isSatisfied(story, pupil, cycle)
      const what = `${name}: ${found} course.completed of the ${pupil.history} learner ${key}`
      if (found > 1) findings.add('doubled', what)
      if (found === 0 && satisfied && cycle.completes === 'always') findings.add('lost', what)
      if (found > 0 && (!satisfied || cycle.completes === 'never')) findings.add('wrong', `${what}, which must not complete`)
    }
  }
  for (const key of left.keys()) findings.add('wrong', `${name}: an event nobody asked for: ${key}`)
}

/** Completions, ledgers and fences say the same as the events. */
async function checkState(
  arena: Arena,
  { group, story }: Played,
  { events, times }: Announced,
  findings: Findings,
  name: string,
): Promise<void> {
  const completions = await arena.query<{ key: string; id: string; frozen: boolean }>(
    `select c.user_id || ' ' || c.cycle as key, c.completion_id as id, l.cycle > c.cycle or l.completed_at = c.completed_at as frozen
       from completion c join completion_ledger l using (course_version_id, user_id)`,
  )
  for (const { key, id, frozen } of completions) {
    if (!times.has(key) || !events.some((event) => event.id === id))
      findings.add('lost', `${name}: the completion of ${key} was never announced`)
    if (!frozen) findings.add('wrong', `${name}: the ledger of ${key} does not say when it was completed`)
  }
  if (completions.length !== times.size) findings.add('wrong', `${name}: ${completions.length} completions, ${times.size} announced`)
  const fences = await arena.query<{ topic: string; next: string }>(
    'select topic, next_offset as next from consumer_fence where group_id = $1',
    [group],
  )
  for (const { topic, next } of fences) {
    const records = Object.values(story.records).find(([first]) => first?.topic === topic)
    if (records !== undefined && Number(next) !== records.length)
      findings.add('lost', `${name}: the fence of ${topic} is at ${next} of ${records.length}`)
  }
  const parked = await arena.query('select 1 from parked_event')
  if (parked.length > 0) findings.add('wrong', `${name}: ${parked.length} records are parked`)
}

/** Everything that a learner did is kept once, in the cycle that it belongs to. */
async function checkEvidence(arena: Arena, { story }: Played, pupil: Pupil, findings: Findings, name: string): Promise<void> {
  const logs = await arena.query<{ log: Buffer; started_at: Date; ended_at: Date | null }>(
    `select l.evidence as log, l.cycle_started_at as started_at, null as ended_at from completion_ledger l where l.user_id = $1
      union all
     select p.entries, coalesce(c.started_at, l.cycle_started_at), c.ended_at
       from evidence_page p join completion_ledger l using (course_version_id, user_id)
       left join closed_cycle c on (c.course_version_id, c.user_id, c.cycle) = (p.course_version_id, p.user_id, p.cycle)
      where p.user_id = $1`,
    [pupil.userId],
  )
  const found = logs
    .flatMap(({ log, started_at, ended_at }) =>
      built.decodeLog(log).filter((one) => one.at >= started_at.getTime() && (ended_at === null || one.at < ended_at.getTime())),
    )
    .map((one) => `${one.ordinal} ${new Date(one.at).toISOString()} ${one.score ?? '-'}`)
  const expected = evidenceOf(story, pupil)
  for (const one of expected) if (!found.includes(one)) findings.add('lost', `${name}: of learner ${pupil.userId} the evidence ${one}`)
  if (new Set(found).size < found.length)
    findings.add('doubled', `${name}: evidence of learner ${pupil.userId}: ${found.toSorted().join(', ')}`)
  for (const one of found) if (!expected.includes(one)) findings.add('wrong', `${name}: evidence ${one} of ${pupil.userId}`)
}
