import type { Admin, Consumer } from 'kafkajs'
import type { DataSource } from 'typeorm'
import { transaction } from '@laurel/postgres'
import type { Logger } from '@laurel/telemetry'
import { readBounds } from './admin'
import { ensureFence, fenceRefusal, listFences, type Fence, type PartitionBounds } from './fence'

const RECHECK_MS = 2_000
const LOOK_MS = 200

/** What is known of one assigned partition since the last assignment. */
interface PartitionState {
  /** Resolves when the fence was checked and the consumer seeks to it, or the partition is paused. */
  readonly checked: Promise<void>
  halted: string | null
  /** Whether it is paused until the leading topics are applied. */
  waits: boolean
  afterSeek: boolean
}

export interface FenceGuardOptions {
  readonly group: string
  readonly consumer: Consumer
  readonly admin: Admin
  readonly dataSource: DataSource
  readonly logger: Logger
  /** Called with the fence of each partition that was checked and found well. */
  readonly onFence: (topic: string, partition: number, next: bigint) => void
  /** Applied first: others wait on assignment until these are, in all their partitions, up to where they end then. */
  readonly leadingTopics: readonly string[]
}

/**
 * On assignment checks each partition's fence against the broker and seeks to it. A partition whose fence does not fit
 * is halted: it is paused, readiness says why, and it goes on by itself once an operator has set the fence. Whoever has the
 * partitions of the leading topics: the fences in the schema tell how far they are applied.
 */
export class FenceGuard {
  private partitions = new Map<string, PartitionState>()
  private generation = 0
  private closed = false

  constructor(private readonly options: FenceGuardOptions) {}

  /** Forgets the former assignment and checks the new one. */
  assigned(assignment: Readonly<Record<string, readonly number[]>>): void {
    // A member may be assigned partitions while it leaves.
    if (this.closed) return
    const generation = ++this.generation
    this.partitions = new Map()
    const leadersApplied = this.leadersApplied(generation)
    for (const [topic, partitions] of Object.entries(assignment)) {
      if (partitions.length === 0) continue
      const waits = this.options.leadingTopics.length > 0 && !this.options.leadingTopics.includes(topic)
      // kafkajs keeps partitions paused over assignments: those, too, that were halted in a former one.
      this.options.consumer[waits ? 'pause' : 'resume']([{ topic, partitions: [...partitions] }])
      const bounds = this.retrying(generation, () => readBounds(this.options.admin, topic))
      for (const partition of partitions) {
        const state: PartitionState = {
          checked: bounds.then((known) => this.check(generation, topic, partition, known?.get(partition))),
          halted: null,
          waits,
          afterSeek: false,
        }
        this.partitions.set(`${topic}:${partition}`, state)
        if (waits) void Promise.all([state.checked, leadersApplied]).then(() => this.begin(generation, topic, partition))
      }
    }
  }

  /** Waits for the check; false when the partition is not ours any more or is halted. */
  async mayConsume(topic: string, partition: number): Promise<boolean> {
    const state = this.partitions.get(`${topic}:${partition}`)
    if (!state) return false
    await state.checked
    return state.halted === null && !state.waits && this.partitions.get(`${topic}:${partition}`) === state
  }

  isFirstAfterSeek(topic: string, partition: number): boolean {
    return this.partitions.get(`${topic}:${partition}`)?.afterSeek ?? false
  }

  /** A batch was taken: from here on it must follow the fence without a gap. */
  taken(topic: string, partition: number): void {
    const state = this.partitions.get(`${topic}:${partition}`)
    if (state) state.afterSeek = false
  }

  seek(topic: string, partition: number, to: bigint): void {
    const state = this.partitions.get(`${topic}:${partition}`)
    if (state) state.afterSeek = true
    this.options.consumer.seek({ topic, partition, offset: String(to) })
  }

  /** Why partitions are halted, one sentence each; empty when all is well. */
  halted(): string[] {
    return [...this.partitions].flatMap(([key, state]) => (state.halted === null ? [] : [`${key}: ${state.halted}`]))
  }

  private async check(generation: number, topic: string, partition: number, bounds: PartitionBounds | undefined): Promise<void> {
    if (!bounds || generation !== this.generation) return
    const fence = await this.retrying(generation, () => this.fenceOf(topic, partition, bounds))
    const refusal = fence && (await this.retrying(generation, () => this.refusalOf(fence, topic, partition, bounds)))
    const state = this.partitions.get(`${topic}:${partition}`)
    if (!fence || refusal === undefined || !state || generation !== this.generation) return
    if (refusal === null) {
      this.seek(topic, partition, fence.next)
      this.options.onFence(topic, partition, fence.next)
      return
    }
    state.halted = refusal
    this.options.consumer.pause([{ topic, partitions: [partition] }])
    this.options.logger.error('partition halted: its fence does not fit the topic; set it with "npm run fence -- set"', {
      topic,
      partition,
      group: this.options.group,
      reason: refusal,
    })
    this.recheck(generation, topic, partition)
  }

  /** Judges a refusal once more by what the broker holds now: a process that stood still knows a newer fence than ends. */
  private async refusalOf(fence: Fence, topic: string, partition: number, bounds: PartitionBounds): Promise<string | null> {
    if (fenceRefusal(fence, bounds) === null) return null
    return fenceRefusal(fence, (await readBounds(this.options.admin, topic)).get(partition)!)
  }

  /** Resolves when the leading topics are applied up to where they end now, or the assignment is over. */
  private async leadersApplied(generation: number): Promise<void> {
    const { admin, group, dataSource, leadingTopics } = this.options
    for (const topic of leadingTopics) {
      const bounds = await this.retrying(generation, () => readBounds(admin, topic))
      const isApplied = async () => {
        const fences = (await transaction(dataSource, listFences)).filter((fence) => fence.group === group && fence.topic === topic)
        const next = new Map(fences.map((fence) => [fence.partition, fence.next]))
        return [...bounds!].every(([partition, { low, high }]) => (next.get(partition) ?? low) >= high)
      }
      while (generation === this.generation && !(await this.retrying(generation, isApplied)))
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }

  /** Lets a partition go on that waited; one that is halted goes on when its fence fits. */
  private begin(generation: number, topic: string, partition: number): void {
    const state = this.partitions.get(`${topic}:${partition}`)
    if (generation !== this.generation || !state) return
    state.waits = false
    if (state.halted === null) this.options.consumer.resume([{ topic, partitions: [partition] }])
  }

  private recheck(generation: number, topic: string, partition: number): void {
    setTimeout(() => {
      void (async () => {
        if (generation !== this.generation) return
        const bounds = (await readBounds(this.options.admin, topic)).get(partition)!
        const fence = await this.fenceOf(topic, partition, bounds)
        const state = this.partitions.get(`${topic}:${partition}`)
        if (generation !== this.generation || !state) return
        if (fenceRefusal(fence, bounds) !== null) return this.recheck(generation, topic, partition)
        state.halted = null
        this.options.logger.info('partition goes on: its fence fits again', { topic, partition, next: String(fence.next) })
        this.seek(topic, partition, fence.next)
        if (!state.waits) this.options.consumer.resume([{ topic, partitions: [partition] }])
      })().catch(() => this.recheck(generation, topic, partition))
    }, RECHECK_MS).unref()
  }

  private fenceOf(topic: string, partition: number, bounds: PartitionBounds): Promise<Fence> {
    const key = { group: this.options.group, topic, partition }
    return transaction(this.options.dataSource, (tx) => ensureFence(tx, key, { clusterId: bounds.clusterId, next: bounds.low }))
  }

  /** Repeats until it succeeds or the assignment is over: without the check nothing may be consumed. */
  private async retrying<T>(generation: number, work: () => Promise<T>): Promise<T | undefined> {
    while (generation === this.generation) {
      try {
        return await work()
      } catch (error) {
        this.options.logger.warn('fence check failed, trying again', { reason: (error as Error).message })
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
    return undefined
  }

  /** Ends all checks; none begins any more. */
  close(): void {
    this.closed = true
    this.generation++
    this.partitions = new Map()
  }
}
