/** How a learner fares in the course version they enroll in first. */
export type Story =
  | 'completes'
  | 'completes two courses'
  | 'completes without optional lessons'
  | 'enrolls after the last lesson'
  | 'misses one required lesson'
  | 'fails a quiz'
  | 'misses electives'
  | 'stops half-way'
  | 'is cancelled'

const STORIES: readonly (readonly [Story, number])[] = [
  ['completes', 10],
  ['completes two courses', 2],
  ['completes without optional lessons', 1],
  ['enrolls after the last lesson', 2],
  ['misses one required lesson', 1],
  ['fails a quiz', 1],
  ['misses electives', 1],
  ['stops half-way', 1],
  ['is cancelled', 1],
]

const CYCLE: readonly Story[] = STORIES.flatMap(([story, times]) => Array.from({ length: times }, () => story))

/** The learner's story by their number; any 20 learners in a row hold every story. */
export function storyOf(learner: number): Story {
  return CYCLE[learner % CYCLE.length]!
}
