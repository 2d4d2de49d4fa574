import { SERVICES, type ServiceName } from '../stage/whole-stack'
import type { Siege } from './access-matrix'
import type { Answer, Request } from './door'
import type { Caller } from './people'
import { ATTEMPTS, requestOf, type Attempt } from './requests'

/** Fields that no request has, and what somebody may hope for from them. */
const UNKNOWN_FIELDS: Readonly<Record<string, unknown>> = {
  roles: ['admin'],
  is_admin: true,
  org_id: '00000000-0000-4000-8000-000000000000',
  detected_by: 'manual',
  certificate_uid: '00000000-0000-4000-8000-000000000000',
  revision: 9_999,
  progress_percentage_override: 100,
}
/** Those that JavaScript itself knows, as text: an object literal would swallow them. */
const PROTOTYPES = ['"__proto__":{"isAdmin":true}', '"constructor":{"prototype":{"isAdmin":true}}']
const OVERSIZE_BYTES = 2 * 1_048_576
const DEPTH = 50_000

/** Bodies with more than there should be, sent by those who may make the request: refused, and the service goes on. */
export async function tryBodies(siege: Siege): Promise<void> {
  const { people, victim, footprint, findings } = siege
  const own = await people.caller('victim', { sub: victim.userId, roles: ['learner', 'admin'], org_id: victim.orgId })
  const before = await footprint.take()
  for (const service of SERVICES) {
    for (const attempt of ATTEMPTS[service]) {
      const { body } = attempt.request(victim)
      if (attempt.isRaw !== true && body !== undefined) await tryMassAssignment(siege, service, attempt, own)
      if (!attempt.operation.startsWith('GET') && attempt.isRaw !== true) await trySizes(siege, service, attempt, own)
      if (attempt.allowed === 'nobody') await trySizes(siege, service, attempt, own)
    }
  }
  const after = await footprint.take()
  for (const table of Object.keys(after))
    if (before[table] !== after[table]) findings.add('wrong', `bodies that were refused changed ${table}`)
}

async function tryMassAssignment(siege: Siege, service: ServiceName, attempt: Attempt, caller: Caller): Promise<void> {
  const request = requestOf(attempt, siege.victim)
  const good = request.body as object
  const fields = Object.entries(UNKNOWN_FIELDS).filter(([name]) => !(name in good))
  // An administrator may enroll for an organisation.
  const unknown = attempt.operation.endsWith('/enrollments') ? fields.filter(([name]) => name !== 'org_id') : fields
  for (const [name, value] of unknown)
    await refusing(siege, 'unknown field', service, { ...request, body: { ...good, [name]: value } }, caller, name)
  for (const text of PROTOTYPES) {
    const body = JSON.stringify(good).replace(/}$/, `,${text}}`)
    await refusing(siege, 'prototype', service, { ...request, body }, caller, text)
  }
}

/** More than the limit of a body, and arrays within arrays. */
async function trySizes(siege: Siege, service: ServiceName, attempt: Attempt, caller: Caller): Promise<void> {
  const request = requestOf(attempt, siege.victim)
  if (request.body === undefined) return
  const deep = `{"x":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`
  await refusing(siege, 'deep JSON', service, { ...request, body: deep }, caller, `${DEPTH} arrays deep`)
  await refusing(
    siege,
    'oversize body',
    service,
    { ...request, body: `{"x":"${'x'.repeat(OVERSIZE_BYTES)}"}` },
    caller,
    'a body of 2 MiB',
    [413],
  )
}

async function refusing(
  { door, findings, tried }: Siege,
  kind: string,
  service: ServiceName,
  request: Request,
  caller: Caller,
  what: string,
  statuses: readonly number[] = [400, 401],
): Promise<void> {
  // Whoever is cut off while they still send may see a broken connection in place of the answer.
  const answer: Answer = await door.call(service, request, caller).catch(() => ({ status: 413, text: '' }))
  tried[kind] = (tried[kind] ?? 0) + 1
  if (!statuses.includes(answer.status))
    findings.add('wrong', `${service} ${request.method} ${request.path} with ${what}: ${answer.status} ${answer.text.slice(0, 200)}`)
}
