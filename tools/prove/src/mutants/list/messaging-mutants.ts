import type { Mutant } from '../mutant'

const SRC = 'libs/messaging/src'
const RUNNER = [`${SRC}/partition-runner.int.spec.ts`]
const RELAY = [`${SRC}/relay.int.spec.ts`]
const POLICY = [`${SRC}/delivery-policy.unit.spec.ts`]
const SERVER = [`${SRC}/kafka-batch-server.int.spec.ts`]

/** What keeps deliveries exact: fence, isolation, retries, parking. */
export const DELIVERY_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-fence-lock',
    breaks: 'the fence is read before its row is locked, so two members of one partition both apply a batch',
    file: `${SRC}/fence.ts`,
    text: `  const [row] = await query<FenceRow>(tx, PASS, [key.group, key.topic, key.partition, String(next)])
  return row && toFence(row)`,
    replacement: `  const before = await readFence(tx, key)
  await query<FenceRow>(tx, PASS, [key.group, key.topic, key.partition, String(next)])
  return before`,
    specs: RUNNER,
  },
  {
    name: 'fence-not-passed',
    breaks: 'the fence stays where it is after a batch',
    file: `${SRC}/fence.ts`,
    text: 'set next_offset = greatest(next_offset, $4), updated_at',
    replacement: 'set next_offset = least(next_offset, $4), updated_at',
    specs: RUNNER,
  },
  {
    name: 'offset-before-commit',
    breaks: 'the fence moves in a transaction of its own, before the batch is applied',
    file: `${SRC}/partition-runner.ts`,
    text: 'const fence = await passFence(tx, key, end)',
    replacement: 'const fence = await transaction(dataSource, (own) => passFence(own, key, end))',
    specs: RUNNER,
  },
  {
    name: 'no-trim',
    breaks: 'the part of a batch that is applied already is applied again',
    file: `${SRC}/partition-runner.ts`,
    text: 'dispatch(tx, service, topic, since(fence.next, part), handler)',
    replacement: 'dispatch(tx, service, topic, part, handler)',
    specs: RUNNER,
  },
  {
    name: 'gap-not-refused',
    breaks: 'a batch from beyond the fence is applied, and what lies between is lost',
    file: `${SRC}/fence.ts`,
    text: `if (batch.fetchedFrom <= fence || batch.firstAfterSeek) return { kind: 'continues' }`,
    replacement: `if (batch.fetchedFrom <= batch.last) return { kind: 'continues' }`,
    specs: RUNNER,
  },
  {
    name: 'fence-of-any-cluster',
    breaks: 'a fence of another Kafka cluster is trusted',
    file: `${SRC}/fence.ts`,
    text: 'if (fence.clusterId !== bounds.clusterId) {',
    replacement: 'if (fence.clusterId.length === 0) {',
    specs: POLICY,
  },
  {
    name: 'fence-begins-at-end',
    breaks: 'a new fence begins behind the newest record in place of the oldest',
    file: `${SRC}/fence-guard.ts`,
    text: 'clusterId: bounds.clusterId, next: bounds.low }',
    replacement: 'clusterId: bounds.clusterId, next: bounds.high }',
    specs: SERVER,
  },
  {
    name: 'halves-in-wrong-order',
    breaks: 'the right half of a failing batch is applied first, and moves the fence over the left one',
    file: `${SRC}/isolate.ts`,
    text: '[items.slice(0, middle), items.slice(middle)]',
    replacement: '[items.slice(middle), items.slice(0, middle)]',
    specs: [...POLICY, ...RUNNER],
  },
  {
    name: 'retry-gives-up',
    breaks: 'a transaction that lost against another one is given up as early as a faulty message',
    file: `${SRC}/retry.ts`,
    text: 'kinds.isConflict(error) ? policy.conflictAttempts : policy.attempts',
    replacement: 'policy.attempts',
    specs: [...POLICY, ...RUNNER],
  },
  {
    name: 'outage-blamed-on-messages',
    breaks: 'good messages are dead-lettered while the database is away',
    file: `${SRC}/isolate.ts`,
    text: 'if (application.isOutage(error)) throw error',
    replacement: '',
    specs: POLICY,
  },
  {
    name: 'dead-letter-dropped',
    breaks: 'a message that cannot be decoded vanishes',
    file: `${SRC}/dispatch.ts`,
    text: '...undecodable.map((entry) => toDeadLetter(service, entry.record, entry.reason)),',
    replacement: '',
    specs: RUNNER,
  },
  {
    name: 'parked-not-redriven',
    breaks: 'parked records are removed when their time has come, without being handed over again',
    file: `${SRC}/parking-sweep.ts`,
    text: 'entries.filter((entry) => mine.has(entry.parked.parkedId)).map((entry) => entry.decoded)',
    replacement: 'entries.filter((entry) => !mine.has(entry.parked.parkedId)).map((entry) => entry.decoded)',
    specs: SERVER,
  },
  {
    name: 'parked-redriven-twice',
    breaks: 'a parked record that another sweeper has removed meanwhile is handed over once more',
    file: `${SRC}/parking-sweep.ts`,
    text: 'entries.filter((entry) => mine.has(entry.parked.parkedId)).map((entry) => entry.decoded)',
    replacement: 'entries.map((entry) => entry.decoded)',
    specs: [`${SRC}/parking-sweep.int.spec.ts`],
  },
  {
    name: 'own-events-consumed',
    breaks: 'a service takes its own events for somebody else’s',
    file: `${SRC}/dispatch.ts`,
    text: 'return message.source !== sourceOf(service)',
    replacement: 'return message.source !== undefined',
    specs: RUNNER,
  },
]

/** What keeps publication complete and in order. */
export const RELAY_MUTANTS: readonly Mutant[] = [
  {
    name: 'relay-by-id',
    breaks: 'the relay takes rows with an id greater than the last one, and misses those whose transactions commit later',
    file: `${SRC}/relay.ts`,
    text: 'const { rows } = await client.query<OutboxRow>({ ...CLAIM, values: [ROWS_PER_SEND] })',
    replacement: `const seen = this as unknown as { last?: number }
    const found = await client.query<OutboxRow>({ ...CLAIM, values: [ROWS_PER_SEND] })
    const rows = found.rows.filter(({ id }) => Number(id) > (seen.last ?? 0))
    seen.last = Math.max(seen.last ?? 0, ...rows.map(({ id }) => Number(id)))`,
    specs: RELAY,
  },
  {
    name: 'delete-before-send',
    breaks: 'outbox rows are removed before Kafka has them',
    file: `${SRC}/relay.ts`,
    text: 'await this.producer.sendBatch({ acks: -1, topicMessages })',
    replacement: `await client.query({ ...REMOVE, values: [rows.map((row) => row.id)] })
    await this.producer.sendBatch({ acks: -1, topicMessages })`,
    specs: RELAY,
  },
  {
    name: 'two-relays-at-once',
    breaks: 'every replica publishes the outbox, not one of them',
    file: `${SRC}/relay.ts`,
    text: `await trySessionLock(runner.manager, 'outbox')`,
    replacement: `await trySessionLock(runner.manager, String(Math.random()))`,
    specs: RELAY,
  },
  {
    name: 'relay-out-of-order',
    breaks: 'the newest outbox rows are published first',
    file: `${SRC}/relay.ts`,
    text: 'from outbox order by id limit $1',
    replacement: 'from outbox order by id desc limit $1',
    specs: RELAY,
  },
]
