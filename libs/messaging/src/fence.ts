import { query, type Tx } from '@laurel/postgres'

/** The cursor of one consumer group on one partition, as the service's schema holds it. */
export interface Fence {
  readonly clusterId: string
  /** The offset of the first record that is not yet applied. */
  readonly next: bigint
}

export interface FenceKey {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

/** What the broker says of a partition. */
export interface PartitionBounds {
  readonly clusterId: string
  /** The oldest offset still there. */
  readonly low: bigint
  /** One past the newest. */
  readonly high: bigint
}

interface FenceRow {
  cluster_id: string
  next_offset: string
}

const CREATE = {
  name: 'fence-create',
  text: `insert into consumer_fence (group_id, topic, partition, cluster_id, next_offset) values ($1, $2, $3, $4, $5)
         on conflict do nothing`,
}
const READ = 'select cluster_id, next_offset from consumer_fence where group_id = $1 and topic = $2 and partition = $3'
const PASS = {
  name: 'fence-pass',
  text: `update consumer_fence set next_offset = greatest(next_offset, $4), updated_at = now()
          where group_id = $1 and topic = $2 and partition = $3
         returning cluster_id, old.next_offset as next_offset`,
}

/** A new fence starts at the oldest record there is, never at Kafka's committed offset; one that exists stays. */
export async function ensureFence(tx: Tx, key: FenceKey, start: Fence): Promise<Fence> {
  await query(tx, CREATE, [key.group, key.topic, key.partition, start.clusterId, String(start.next)])
  return (await readFence(tx, key))!
}

/**
 * Moves the fence up to `next` unless it is beyond, and returns it as it was; undefined when there is none. Its row stays
 * locked until the transaction ends: of several members with one partition only one applies a batch.
 */
export async function passFence(tx: Tx, key: FenceKey, next: bigint): Promise<Fence | undefined> {
  const [row] = await query<FenceRow>(tx, PASS, [key.group, key.topic, key.partition, String(next)])
  return row && toFence(row)
}

export async function readFence(tx: Tx, key: FenceKey): Promise<Fence | undefined> {
  const [row] = await query<FenceRow>(tx, { text: READ }, [key.group, key.topic, key.partition])
  return row && toFence(row)
}

/** For a group that has come to its end. */
export async function removeFence(tx: Tx, key: FenceKey): Promise<void> {
  await query(tx, { text: 'delete from consumer_fence where group_id = $1 and topic = $2 and partition = $3' }, [
    key.group,
    key.topic,
    key.partition,
  ])
}

function toFence(row: FenceRow): Fence {
  return { clusterId: row.cluster_id, next: BigInt(row.next_offset) }
}

/** Every fence of the service, for operators. */
export async function listFences(tx: Tx): Promise<(FenceKey & Fence & { readonly updatedAt: Date })[]> {
  const rows = await query<FenceRow & { group_id: string; topic: string; partition: number; updated_at: Date }>(tx, {
    text: 'select * from consumer_fence order by group_id, topic, partition',
  })
  return rows.map((row) => ({
    group: row.group_id,
    topic: row.topic,
    partition: row.partition,
    clusterId: row.cluster_id,
    next: BigInt(row.next_offset),
    updatedAt: row.updated_at,
  }))
}

/** An operator's decision where consumption goes on, on this cluster. A running consumer seeks there by itself. */
export async function setFence(tx: Tx, key: FenceKey, fence: Fence): Promise<void> {
  await query(
    tx,
    {
      text: `insert into consumer_fence (group_id, topic, partition, cluster_id, next_offset) values ($1, $2, $3, $4, $5)
             on conflict (group_id, topic, partition)
             do update set cluster_id = excluded.cluster_id, next_offset = excluded.next_offset, updated_at = now()`,
    },
    [key.group, key.topic, key.partition, fence.clusterId, String(fence.next)],
  )
}

/**
 * Why consumption must not begin, or null when it may: the fence must be of this cluster, and point at a record that
 * is still there or is the next to come. Anything else means that the topic or the database is not the one it was
 * (restored, recreated, moved), and only an operator can tell what to do about it.
 */
export function fenceRefusal(fence: Fence, bounds: PartitionBounds): string | null {
  if (fence.clusterId !== bounds.clusterId) {
    return `the fence belongs to Kafka cluster ${fence.clusterId}, this is ${bounds.clusterId}`
  }
  if (fence.next < bounds.low) return `the fence is at ${fence.next}, but the oldest record left is ${bounds.low}`
  if (fence.next > bounds.high) return `the fence is at ${fence.next}, but the partition ends at ${bounds.high}`
  return null
}

export type BatchPosition =
  /** Everything up to here is applied already. */
  | { readonly kind: 'applied' }
  /** Apply what lies at or after the fence. */
  | { readonly kind: 'continues' }
  /** Records between the fence and this batch were never seen: seek back to the fence. */
  | { readonly kind: 'beyond' }

/**
 * Where a batch lies relative to the fence. A batch that was fetched from beyond the fence is refused, except the first
 * one after a seek to it: what lies between is then a hole of the log (transaction markers, compaction).
 *
 * @param fetchedFrom the offset that the fetch asked for, which may be before the first record it returned
 * @param last the batch's last offset
 */
export function positionOf(fence: bigint, batch: { fetchedFrom: bigint; last: bigint; firstAfterSeek: boolean }): BatchPosition {
  if (batch.last < fence) return { kind: 'applied' }
  if (batch.fetchedFrom <= fence || batch.firstAfterSeek) return { kind: 'continues' }
  return { kind: 'beyond' }
}
