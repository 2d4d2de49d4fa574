import { query, type Tx } from '@laurel/postgres'

export const DELIVERY_STATUSES = ['received', 'waiting', 'done', 'failed'] as const
/** received: not processed yet; waiting: to be tried again; done; failed: only an operator has it tried again. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export interface NewDelivery {
  readonly platform: string
  /** The same for every repeat of one delivery. */
  readonly deliveryKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly receivedAt: Date
}

/** A delivery to be processed. */
export interface DueDelivery {
  readonly deliveryId: string
  readonly platform: string
  readonly body: Buffer
  readonly receivedAt: Date
  /** How often it was processed before. */
  readonly attempts: number
}

/** What became of an attempt. */
export type Settlement =
  | { readonly status: 'done' | 'failed'; readonly reason: string }
  | { readonly status: 'waiting'; readonly reason: string; readonly awaitedCourses: readonly string[]; readonly dueAt: Date }

const ADD = {
  name: 'webhook-delivery-add',
  text: `insert into webhook_delivery (platform, delivery_key, headers, body, received_at, due_at)
         values ($1, $2, $3, $4, $5, $5) on conflict (platform, delivery_key) do nothing returning delivery_id as id`,
}
const FIND = {
  name: 'webhook-delivery-find',
  text: 'select delivery_id as id from webhook_delivery where platform = $1 and delivery_key = $2',
}

/** Stores a delivery to be processed at once; a repeat changes nothing. */
export async function addDelivery(tx: Tx, delivery: NewDelivery): Promise<{ readonly deliveryId: string; readonly isNew: boolean }> {
  const { platform, deliveryKey, headers, body, receivedAt } = delivery
  const [added] = await query<{ id: string }>(tx, ADD, [platform, deliveryKey, JSON.stringify(headers), body, receivedAt])
  if (added) return { deliveryId: added.id, isNew: true }
  const [known] = await query<{ id: string }>(tx, FIND, [platform, deliveryKey])
  return { deliveryId: known!.id, isNew: false }
}

const CLAIM = {
  name: 'webhook-delivery-claim',
  text: `select delivery_id as "deliveryId", platform, body, received_at as "receivedAt", attempts from webhook_delivery
          where due_at <= $1 order by due_at limit 1 for update skip locked`,
}

/** The delivery that is due the longest and that no other transaction has claimed, locked until this one ends; null without any. */
export async function claimDelivery(tx: Tx, now: Date): Promise<DueDelivery | null> {
  const [due] = await query<DueDelivery>(tx, CLAIM, [now])
  return due ?? null
}

const SETTLE = {
  name: 'webhook-delivery-settle',
  text: `update webhook_delivery set status = $3, reason = $4, awaited_courses = $5::text[], due_at = $6, attempts = attempts + 1,
                settled_at = $7
          where delivery_id = $1 and attempts = $2 and due_at is not null`,
}

/** Writes what became of the attempt at a claimed delivery; nothing, when another attempt has ended meanwhile. */
export async function settleDelivery(tx: Tx, { deliveryId, attempts }: DueDelivery, settlement: Settlement, now: Date): Promise<void> {
  const { status, reason } = settlement
  const [courses, dueAt, settledAt] = status === 'waiting' ? [settlement.awaitedCourses, settlement.dueAt, null] : [[], null, now]
  await query(tx, SETTLE, [deliveryId, attempts, status, reason, courses, dueAt, settledAt])
}

const HASTEN = {
  name: 'webhook-delivery-hasten',
  text: `update webhook_delivery set due_at = least(due_at, $3) where delivery_id in (
           select delivery_id from webhook_delivery
            where status = 'waiting' and platform = $1 and awaited_courses && $2::text[] for update skip locked)
         returning 1`,
}

/** Makes deliveries due that wait for learners of these courses. One that is claimed is left: its next attempt is near. */
export async function hastenWaiting(tx: Tx, platform: string, externalCourseIds: readonly string[], now: Date): Promise<number> {
  return (await query(tx, HASTEN, [platform, externalCourseIds, now])).length
}

const REDRIVE = {
  name: 'webhook-delivery-redrive',
  text: `update webhook_delivery set status = 'received', due_at = $3, settled_at = null where delivery_id in (
           select delivery_id from webhook_delivery
            where status = $1 and ($2::text is null or platform = $2) and body is not null for update skip locked)
         returning 1`,
}

/** Has all deliveries of a status tried anew, of one platform or of all, as long as their bodies are kept. Returns how many. */
export async function redriveDeliveries(tx: Tx, status: DeliveryStatus, platform: string | null, now: Date): Promise<number> {
  return (await query(tx, REDRIVE, [status, platform, now])).length
}

/** How many bodies `dropBodies` forgets at most. */
export const BODIES_PER_DROP = 1_000

const DROP_BODIES = {
  name: 'webhook-delivery-drop-bodies',
  text: `update webhook_delivery set body = null where delivery_id in (
           select delivery_id from webhook_delivery
            where status = 'done' and body is not null and settled_at < $1 limit ${BODIES_PER_DROP} for update skip locked)
         returning 1`,
}

/** Forgets the bodies of some deliveries that were done before this time. Repeats of them are still known. Returns how many. */
export async function dropBodies(tx: Tx, doneBefore: Date): Promise<number> {
  return (await query(tx, DROP_BODIES, [doneBefore])).length
}

/** A delivery as operators see it: without its body, which holds what platforms say of learners. */
export interface ListedDelivery {
  readonly deliveryId: string
  readonly platform: string
  readonly status: DeliveryStatus
  readonly reason: string | null
  readonly attempts: number
  readonly receivedAt: Date
  readonly dueAt: Date | null
  readonly settledAt: Date | null
}

export interface DeliveryFilter {
  readonly status: DeliveryStatus | null
  readonly platform: string | null
}

const LIST = {
  name: 'webhook-delivery-list',
  text: `select delivery_id as "deliveryId", platform, status, reason, attempts, received_at as "receivedAt", due_at as "dueAt",
                settled_at as "settledAt"
           from webhook_delivery
          where ($1::text is null or status = $1) and ($2::text is null or platform = $2) and ($3::uuid is null or delivery_id > $3)
          order by delivery_id limit $4`,
}

/** Deliveries after the one with this id, in the order in which they were received. */
export function listDeliveries(tx: Tx, filter: DeliveryFilter, after: string | null, limit: number): Promise<ListedDelivery[]> {
  return query<ListedDelivery>(tx, LIST, [filter.status, filter.platform, after, limit])
}

export interface UnsettledCount {
  readonly platform: string
  readonly status: Exclude<DeliveryStatus, 'done'>
  readonly deliveries: number
  readonly oldestReceivedAt: Date
}

const COUNT = {
  name: 'webhook-delivery-count',
  text: `select platform, status, count(*)::int as deliveries, min(received_at) as "oldestReceivedAt" from webhook_delivery
          where status <> 'done' group by platform, status`,
}

/** The deliveries that are not done, by platform and status. */
export function countUnsettled(tx: Tx): Promise<UnsettledCount[]> {
  return query<UnsettledCount>(tx, COUNT)
}
