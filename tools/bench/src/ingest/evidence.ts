import { randomFrom, shuffledRange } from '../measure/random'
import { CopyRows } from '../seed/copy-format'
import { addLessonRow, lessonRow } from '../seed/rows'
import { LESSONS, LESSONS_WITH_ROW, type World } from '../seed/world'

const COMPLETING = 0.2

/** Lessons of seeded enrollments that have no row yet, each once, in random order: four of five begun, one completed. */
export class Evidence {
  private readonly order: Uint32Array
  private readonly percentages: Uint8Array

  /** @throws RangeError when the seeded enrollments have not so many lessons without a row */
  constructor(
    readonly world: World,
    readonly count: number,
  ) {
    if (count > world.enrollments * (LESSONS - LESSONS_WITH_ROW))
      throw new RangeError(`${count} events are too many for ${world.rows} rows`)
    const random = randomFrom(`${world.seed} evidence`)
    this.order = shuffledRange(count, random)
    this.percentages = Uint8Array.from({ length: count }, () => (random() < COMPLETING ? 100 : 1 + Math.floor(random() * 99)))
  }

  at(index: number): { enrollment: number; lesson: number; percentage: number } {
    const place = this.order[index]!
    const { enrollments } = this.world
    return {
      enrollment: place % enrollments,
      lesson: LESSONS_WITH_ROW + Math.floor(place / enrollments),
      percentage: this.percentages[index]!,
    }
  }

  get completing(): number {
    return this.percentages.reduce((count, percentage) => count + (percentage === 100 ? 1 : 0), 0)
  }

  /** The rows that they make, dealt out to so many connections, in COPY's binary format. */
  copyChunks(connections: number): Buffer[][] {
    const copies = Array.from({ length: connections }, () => new CopyRows())
    for (let index = 0; index < this.count; index++) {
      const { enrollment, lesson, percentage } = this.at(index)
      addLessonRow(copies[index % connections]!, lessonRow(this.world, enrollment, lesson, percentage))
    }
    return copies.map((copy) => copy.end())
  }
}
