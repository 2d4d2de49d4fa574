import type { Findings } from '../findings'
import { SERVICES, type ServiceName } from '../stage/whole-stack'
import { isRefusal, type Answer, type Door } from './door'
import type { Footprint } from './footprint'
import type { Caller, People } from './people'
import { ATTEMPTS, requestOf, type Attempt } from './requests'
import type { Victim } from './victim'

/** What the routes are tried with. */
export interface Siege {
  readonly door: Door
  readonly people: People
  readonly victim: Victim
  readonly footprint: Footprint
  readonly findings: Findings
  /** How often each kind of intrusion was tried. */
  readonly tried: Record<string, number>
}

/** Every operation of every service, by everybody whom it does not concern: refused, with nothing of the victim told or changed. */
export async function tryRoutes(siege: Siege): Promise<void> {
  const { people, victim, footprint, findings } = siege
  const strangers = await people.withBadTokens(victim.userId)
  const intruders = await people.withGoodTokens(victim.orgId)
  for (const service of SERVICES) {
    await checkList(siege, service)
    for (const attempt of ATTEMPTS[service]) {
      const before = await footprint.take()
      for (const caller of strangers) await tryAs(siege, service, attempt, caller, [401])
      for (const caller of intruders) await tryAs(siege, service, attempt, caller, attempt.allowed === 'nobody' ? [401] : [403, 404])
      const changed = Object.keys(before).filter((table) => before[table] !== undefined)
      const after = await footprint.take()
      for (const table of new Set([...changed, ...Object.keys(after)])) {
        if (before[table] !== after[table]) findings.add('wrong', `${service} ${attempt.operation} of intruders changed ${table}`)
      }
    }
  }
}

/** A route without an attempt is a hole in the matrix. */
async function checkList({ door, findings }: Siege, service: ServiceName): Promise<void> {
  const listed = new Set(ATTEMPTS[service].map(({ operation }) => operation))
  const there = new Set(await door.operations(service))
  for (const operation of there) if (!listed.has(operation)) findings.add('wrong', `nobody tries ${service} ${operation}`)
  for (const operation of listed) if (!there.has(operation)) findings.add('wrong', `there is no ${service} ${operation}`)
}

async function tryAs(siege: Siege, service: ServiceName, attempt: Attempt, caller: Caller, expected: readonly number[]): Promise<void> {
  const { door, victim, findings, tried } = siege
  const answer = await door.call(service, requestOf(attempt, victim), caller)
  tried[caller.name] = (tried[caller.name] ?? 0) + 1
  const what = `${service} ${attempt.operation} by ${caller.name}: ${answer.status}`
  if (!expected.includes(answer.status)) findings.add('wrong', `${what} in place of ${expected.join(' or ')}`)
  if (tells(answer, victim)) findings.add('wrong', `${what} tells of the victim: ${answer.text.slice(0, 200)}`)
}

/** Whether an answer names something of the victim; the path that was asked for may come back. */
function tells(answer: Answer, victim: Victim): boolean {
  const secrets = [victim.userId, victim.orgId, ...(isRefusal(answer) ? [] : [victim.certificateUid, victim.versionId])]
  return secrets.some((secret) => answer.text.includes(secret))
}

/** The same requests by those who may make them: they are good requests, so a refusal was about the caller. */
export async function tryAllowed({ door, people, victim, findings, tried }: Siege): Promise<void> {
  const callers = {
    admin: await people.caller('administrator', { sub: '99999999-9999-4999-8999-999999999999', roles: ['admin'] }),
    own: await people.caller('victim', { sub: victim.userId, roles: ['learner'], org_id: victim.orgId }),
  }
  // What takes something away from the victim comes last, and last of all that they are erased.
  for (const service of SERVICES.toReversed()) {
    for (const attempt of ATTEMPTS[service]) {
      if (attempt.allowed === 'nobody') continue
      const { status, text } = await door.call(service, requestOf(attempt, victim), callers[attempt.allowed])
      tried['allowed, as a control'] = (tried['allowed, as a control'] ?? 0) + 1
      const isAsExpected = attempt.answered === undefined ? status >= 200 && status < 300 : status === attempt.answered
      if (!isAsExpected) findings.add('wrong', `${service} ${attempt.operation} by whom it is for: ${status} ${text.slice(0, 200)}`)
    }
  }
}
