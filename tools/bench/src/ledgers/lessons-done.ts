import { randomFrom, shuffledRange } from '../measure/random'
import { OPEN_REQUIRED, type LedgerWorld } from './ledger-world'

const EVENTS_PER_ENROLLMENT = 2.5
const COMPLETING = 0.2
/** How far apart the last lessons of one enrollment lie, in enrollments. */
const APART = 40

/** Lessons that are completed, each once, in the order of their events. */
export interface LessonsDone {
  readonly count: number
  readonly enrollments: Uint32Array
  readonly lessons: Uint16Array
}

/**
 * Open lessons of as many enrollments as make 2.5 events each (of all, more each, where those are too few), in random
 * order: one enrollment of five does all that it still needs, the others never do one of it.
 *
 * @throws RangeError when the enrollments have not so many open lessons
 */
export function mixedLessons(world: LedgerWorld, count: number): LessonsDone {
  const random = randomFrom(`${world.seed} ${world.lessons} lessons`)
  const active = Math.min(world.enrollments, Math.ceil(count / EVENTS_PER_ENROLLMENT))
  const open = world.lessons - world.firstOpen
  const starts = Uint16Array.from({ length: active }, () => Math.floor(random() * open))
  // One of the required lessons that an enrollment does not do; OPEN_REQUIRED for one that does them all.
  const missing = Uint8Array.from({ length: active }, () => (random() < COMPLETING ? OPEN_REQUIRED : Math.floor(random() * OPEN_REQUIRED)))
  const drawn = new Drawn(count)
  for (let enrollment = 0; enrollment < active; enrollment++)
    for (let nth = 0; missing[enrollment] === OPEN_REQUIRED && nth < OPEN_REQUIRED; nth++) drawn.add(enrollment, world.firstOpen + nth)
  for (let pass = 0; pass < open && !drawn.isFull; pass++)
    for (let enrollment = 0; enrollment < active && !drawn.isFull; enrollment++) {
      const nth = (starts[enrollment]! + pass) % open
      const isDoneOrNever = missing[enrollment] === OPEN_REQUIRED ? nth < OPEN_REQUIRED : nth === missing[enrollment]
      if (!isDoneOrNever) drawn.add(enrollment, world.firstOpen + nth)
    }
  if (!drawn.isFull) throw new RangeError(`${count} events are too many for ${active} enrollments with ${open} open lessons each`)
  return drawn.inOrder(shuffledRange(count, random))
}

/** All that so many enrollments still need, each enrollment's lessons near each other. */
export function lastLessons(world: LedgerWorld, enrollments: number): LessonsDone {
  const random = randomFrom(`${world.seed} ${world.lessons} last lessons`)
  const drawn = new Drawn(enrollments * OPEN_REQUIRED)
  for (let enrollment = 0; enrollment < enrollments; enrollment++)
    for (let nth = 0; nth < OPEN_REQUIRED; nth++) drawn.add(enrollment, world.firstOpen + nth)
  const places = Float64Array.from({ length: drawn.count }, (_, index) => Math.floor(index / OPEN_REQUIRED) + random() * APART)
  return drawn.inOrder(Uint32Array.from(places.keys()).sort((a, b) => places[a]! - places[b]!))
}

class Drawn implements LessonsDone {
  readonly enrollments: Uint32Array
  readonly lessons: Uint16Array
  private drawn = 0

  constructor(readonly count: number) {
    this.enrollments = new Uint32Array(count)
    this.lessons = new Uint16Array(count)
  }

  get isFull(): boolean {
    return this.drawn === this.count
  }

  add(enrollment: number, lesson: number): void {
    if (this.isFull) return
    this.enrollments[this.drawn] = enrollment
    this.lessons[this.drawn++] = lesson
  }

  inOrder(order: Uint32Array): LessonsDone {
    return {
      count: this.count,
      enrollments: order.map((place) => this.enrollments[place]!),
      lessons: Uint16Array.from(order, (place) => this.lessons[place]!),
    }
  }
}
