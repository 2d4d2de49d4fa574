import type { CourseVersionPublishedV1, EnrollmentRequestedV1 } from '@laurel/contracts'
import { routeOf } from '../model/route'
import { WITH_ELECTIVES } from './course-catalogue'
import { attemptsAt, lessonRecords, type LearnerRecord } from './learner-records'
import type { Random } from './random'
import { storyOf, type Story } from './story'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export interface Learner {
  readonly enrollments: EnrollmentRequestedV1[]
  readonly records: LearnerRecord[]
}

interface Stage {
  readonly random: Random
  readonly versions: readonly CourseVersionPublishedV1[]
  /** Requests and events lie after this. */
  readonly opensAt: number
  /** Organisations that enroll learners. */
  readonly orgs: readonly string[]
  /** First 8 hex digits of the ids given out: they differ, so that a name shortened to them stays unique. */
  readonly prefixes: Set<string>
}

/** Everything that the n-th learner asks for and does. */
export function learner(number: number, stage: Stage): Learner {
  const { random, versions } = stage
  const story = storyOf(number)
  const user_id = learnerId(story, stage)
  const first = story === 'misses electives' ? WITH_ELECTIVES : pickVersion(random)
  const chosen = story === 'completes two courses' ? [first, (first + 1) % versions.length] : [first]
  const org_id = random.chance(0.6) ? random.pick(stage.orgs) : undefined
  const parts = chosen.map((index) => enrollmentOf(story, user_id, org_id, versions[index]!, stage))
  return { enrollments: parts.flatMap((p) => p.enrollments), records: parts.flatMap((p) => p.records) }
}

/** Late enrollments are a matter of Kafka: REST refuses progress without one. The others even the halves out. */
function learnerId(story: Story, { random, prefixes }: Stage): string {
  const route = story !== 'enrolls after the last lesson' && random.chance(0.55) ? 'rest' : 'kafka'
  for (;;) {
    const id = random.uuid()
    if (routeOf(id) !== route || prefixes.has(id.slice(0, 8))) continue
    prefixes.add(id.slice(0, 8))
    return id
  }
}

function pickVersion(random: Random): number {
  if (random.chance(0.7)) return 0
  return random.chance(0.6) ? 1 : 2
}

function enrollmentOf(
  story: Story,
  user_id: string,
  org_id: string | undefined,
  version: CourseVersionPublishedV1,
  { random, opensAt }: Stage,
): Learner {
  const enrolledAt = opensAt + random.integer(0, 20 * DAY)
  const ids = { user_id, course_version_id: version.course_version_id }
  let now = enrolledAt
  const clock = () => (now += random.integer(5 * MINUTE, 90 * MINUTE))
  const records = itemsDone(story, version, random).flatMap((item) =>
    item.quiz
      ? attemptsAt({ ...ids, quiz: item.quiz, passes: !item.fails, clock, random })
      : lessonRecords({ ...ids, lesson_id: item.lesson_id, clock, random, plain: story === 'is cancelled' }),
  )
  const requestedAt = story === 'enrolls after the last lesson' ? now + random.integer(DAY, 3 * DAY) : enrolledAt
  const request = {
    ...ids,
    source_of_enrollment: random.pick(['catalogue', 'manager', 'campaign']),
    ...(org_id !== undefined && { org_id }),
    ...(random.chance(0.3) && { due_at: iso(enrolledAt + 90 * DAY) }),
  }
  const enrollments: EnrollmentRequestedV1[] = [{ ...request, action: 'enroll', requested_at: iso(requestedAt) }]
  if (story === 'is cancelled') enrollments.push({ ...ids, action: 'cancel', requested_at: iso(cancelledAt(records)) })
  return { enrollments, records }
}

type Item =
  | { readonly quiz?: undefined; readonly lesson_id: string }
  | { readonly quiz: CourseVersionPublishedV1['quizzes'][number]; readonly fails: boolean }

/** What the learner works on, in order; without the story's gap it would complete the version. */
function itemsDone(story: Story, version: CourseVersionPublishedV1, random: Random): Item[] {
  const group = version.electives?.[0]
  const electives = new Set(group?.of)
  const enough = group ? random.integer(group.choose, group.of.length) : 0
  const chosen = new Set(random.shuffled(group?.of ?? []).slice(0, story === 'misses electives' && group ? group.choose - 1 : enough))
  const wanted = (id: string, required: boolean) =>
    electives.has(id) ? chosen.has(id) : required || (story !== 'completes without optional lessons' && random.chance(0.7))

  const lessons = version.lessons.filter((l) => wanted(l.lesson_id, l.required))
  const quizzes = version.quizzes.filter((q) => wanted(q.quiz_id, q.required))
  const failed = story === 'fails a quiz' ? random.pick(quizzes.filter((q) => q.required)) : undefined
  const missed = story === 'misses one required lesson' ? random.pick(lessons.filter((l) => l.required)) : undefined
  const items: Item[] = [
    ...lessons.filter((l) => l !== missed).map(({ lesson_id }) => ({ lesson_id })),
    ...quizzes.map((quiz) => ({ quiz, fails: quiz === failed })),
  ]
  return story === 'stops half-way' ? items.slice(0, Math.floor(items.length / 2)) : items
}

/** After the first third of what the learner does. */
function cancelledAt(records: readonly LearnerRecord[]): number {
  return records[Math.floor(records.length / 3)]!.at + MINUTE
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
