import { setTimeout as pause } from 'node:timers/promises'
import { parkedNow, settled } from '../check/settle'
import { Findings } from '../findings'
import type { Evidence, Proof, ProofOptions } from '../proof'
import { SERVICES, type ServiceName, type WholeStack } from '../stage/whole-stack'
import { FenceLook } from '../watch/applied'
import { tryAllowed, tryRoutes, type Siege } from './access-matrix'
import { tryBodies } from './bodies'
import { tryOtherSchemas, tryOthersRows } from './database-walls'
import { Door } from './door'
import { Footprint } from './footprint'
import { People } from './people'
import { makeVictim } from './victim'

/** What could be asked for and does not exist here: told, and never counted as proven. */
const NOT_APPLICABLE = {
  'webhooks to private addresses':
    'not applicable: no service sends webhooks; each outside system is one URL of the operator’s configuration',
  'Kafka principal without ACL': 'not applicable: the brokers of this stack have no authorizer; ACLs are the cluster’s own',
}

/** Everybody whom a learner's data do not concern, at every route, every schema and every row. */
export const intruders: Proof = {
  name: 'intruders',
  summary:
    'every route × bad tokens, other learners, other organisations; unknown fields, huge and deep bodies; other roles and rows: all refused, all counted',
  async run(o: ProofOptions): Promise<Evidence> {
    const stack = await o.lender.lend(o.signal)
    let isGood = false
    try {
      const evidence = await prove(stack, o)
      isGood = evidence.findings.none
      return evidence
    } finally {
      await o.lender.takeBack(stack, isGood)
    }
  },
}

async function prove(stack: WholeStack, { say, signal }: ProofOptions): Promise<Evidence> {
  const door = new Door((service) => stack.state.services[service]!.url)
  const people = new People(stack.state.sandbox.url)
  const admin = await people.caller('administrator', { sub: '99999999-9999-4999-8999-999999999999', roles: ['admin'] })
  const pids = stack.pids()
  const before = await countedBy(door)
  const findings = new Findings()
  const victim = await atRest(stack, findings, signal, () => makeVictim(stack, door, admin, signal))
  const footprint = await Footprint.of(stack.adminUrl, victim.userId)
  const siege: Siege = { door, people, victim, footprint, findings, tried: {} }
  try {
    if (Object.keys(await footprint.take()).length < SERVICES.length) siege.findings.add('wrong', 'the victim is not in every service')
    say('  a learner has something in every service; trying every route as everybody else')
    await tryRoutes(siege)
    say('  trying bodies')
    await tryBodies(siege)
    say('  trying the database')
    await tryOtherSchemas(siege, stack)
    await tryOthersRows(siege, stack)
    await tryAllowed(siege)
    await checkCounts(siege, before)
    for (const service of SERVICES) if (stack.pids()[service] !== pids[service]) siege.findings.add('wrong', `${service} ended`)
  } finally {
    await footprint.close()
  }
  const { tried } = siege
  const refused = [...door.refused.values()].reduce((sum, count) => sum + count, 0)
  return { faults: tried, acknowledged: 0, recoveryMs: 0, findings, figures: { 'requests refused': refused, ...NOT_APPLICABLE } }
}

/** Does something and waits for all that the services make of it: what changes later is an intruder's doing. */
async function atRest<T>(stack: WholeStack, findings: Findings, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  const fences = new FenceLook(stack.adminUrl)
  const admin = stack.kafka('laurel-prove-intruders').admin()
  try {
    await admin.connect()
    const parked = await parkedNow(fences)
    const made = await act()
    await settled({ fences, load: { admin }, parked, findings, sleep: (ms) => pause(ms, undefined, { signal }) })
    return made
  } finally {
    await admin.disconnect()
    await fences.close()
  }
}

async function countedBy(door: Door): Promise<Map<ServiceName, number>> {
  return new Map(await Promise.all(SERVICES.map(async (service): Promise<[ServiceName, number]> => [service, await door.counted(service)])))
}

/** Each refusal shows in the service's own metrics. */
async function checkCounts({ door, findings }: Siege, before: ReadonlyMap<ServiceName, number>): Promise<void> {
  for (const [service, now] of await countedBy(door)) {
    const [counted, refused] = [now - before.get(service)!, door.refused.get(service) ?? 0]
    if (counted < refused) findings.add('lost', `${service} refused ${refused} requests and counted ${counted}`)
  }
}
