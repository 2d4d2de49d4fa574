import type { Findings } from '../findings'
import type { Arena } from './arena'
import type { Played } from './case'
import { resolving } from './resolving'
import { cyclesOf } from './story'

interface Row {
  readonly id: string
  readonly user_id: string
  readonly email: string | null
  readonly states: string[]
  readonly effects: number
}

/** Every learner of a platform course is resolved once, by jobs that were enqueued with them and are done; nobody else is. */
export async function checkJobs(arena: Arena, { story }: Played, findings: Findings, name: string): Promise<void> {
  const { schema } = arena.jobs
  const learners = await arena.query<Row>(
    `select l.id, l.user_id, l.email, (select count(*)::int from prove_effect e where e.learner_id = l.id) as effects,
            array(select j.state::text from ${schema}.job j where j.data -> 'body' ->> 'learner_id' = l.id::text) as states
       from learners l`,
  )
  const courses = story.version.external_refs?.length ?? 0
  for (const pupil of story.pupils) {
    const found = learners.filter(({ user_id }) => user_id === pupil.userId)
    if (found.length !== courses)
      findings.add('lost', `${name}: learner ${pupil.userId} is followed in ${found.length} of ${courses} courses`)
    for (const learner of found) checkLearner(learner, cyclesOf(pupil).length, findings, `${name}: learner ${pupil.userId}`)
  }
  const strangers = await arena.query(
    `select 1 from ${schema}.job where not exists (select 1 from learners l where l.id::text = data -> 'body' ->> 'learner_id')`,
  )
  if (strangers.length > 0) findings.add('wrong', `${name}: ${strangers.length} jobs of learners that were never committed`)
  const revived = await arena.query('select 1 from prove_revived')
  if (revived.length > 0) findings.add('doubled', `${name}: ${revived.length} completed jobs came back`)
  for (const error of arena.jobs.errors.splice(0)) findings.add('wrong', `${name}: the queue says: ${error.message}`)
}

function checkLearner({ user_id, email, states, effects }: Row, cycles: number, findings: Findings, what: string): void {
  if (states.length === 0) findings.add('lost', `${what} has no job`)
  if (states.length > cycles) findings.add('doubled', `${what} has ${states.length} jobs`)
  for (const state of states) if (state !== 'completed') findings.add('wrong', `${what} has a job that is ${state} in the end`)
  if (email !== resolving.emailOf(user_id)) findings.add('lost', `${what} has the e-mail ${email}`)
  if (effects > 1) findings.add('doubled', `${what} was resolved ${effects} times`)
}
