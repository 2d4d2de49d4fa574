import { randomFrom, shuffledRange } from '../measure/random'
import { LESSONS, LESSONS_COMPLETED, type World } from '../seed/world'

const COMPLETING = 0.4
const TRIES = 8

/**
 * The enrollments that send requests, dealt out in equal parts: variants of one seed do the same things to different
 * enrollments, so that none finds done what another did.
 */
export function dealEnrollments(world: World, parts: number): Uint32Array[] {
  const senders = Uint32Array.from({ length: world.enrollments }, (_, enrollment) => enrollment).filter((enrollment) =>
    world.isSender(enrollment),
  )
  const order = shuffledRange(senders.length, randomFrom(`${world.seed} deal`)).map((place) => senders[place]!)
  const size = Math.floor(order.length / parts)
  return Array.from({ length: parts }, (_, part) => order.subarray(part * size, (part + 1) * size))
}

/**
 * An endless sequence of progress reports that the seed fixes: 40 % complete a lesson that was not complete, while there
 * are such lessons, the others report 1-99 % of one that is not complete yet. After `next()` the report is in the fields.
 */
export class Workload {
  /** Place in the enrollments given. */
  slot = 0
  lesson = 0
  percentage = 0
  /** Reports that complete a lesson, so far. */
  completing = 0
  private readonly random: () => number
  private readonly firstOpen: Uint8Array

  constructor(
    seed: number,
    private readonly slots: number,
  ) {
    this.random = randomFrom(`${seed} workload`)
    this.firstOpen = new Uint8Array(slots).fill(LESSONS_COMPLETED)
  }

  next(): void {
    const completes = this.random() < COMPLETING
    this.slot = this.below(this.slots)
    for (let tries = 0; completes && this.firstOpen[this.slot] === LESSONS && tries < TRIES; tries++) this.slot = this.below(this.slots)
    const open = this.firstOpen[this.slot]!
    if (completes && open < LESSONS) {
      this.completing++
      this.lesson = this.firstOpen[this.slot]!++
      this.percentage = 100
    } else {
      this.lesson = open === LESSONS ? this.below(LESSONS) : open + this.below(LESSONS - open)
      this.percentage = 1 + this.below(99)
    }
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }
}
