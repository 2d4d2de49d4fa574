import { Random } from '../random'
import type { Arena } from './arena'
import { built } from './built'
import { JobParty } from './job-party'
import { consume, sayFromOutside, type MemberOptions } from './members'
import { ScheduledRelay, type Published } from './scheduled-relay'
import { tellStory, type Story, type Topic } from './story'
import { Player } from './player'
import { play } from './turn'

/** What a case left behind, beside what the database holds. */
export interface Played {
  readonly story: Story
  readonly group: string
  /** What the relays published; the outbox holds the rest. */
  readonly published: readonly Published[]
  /** How often a relay's connection was cut between sending and deleting. */
  readonly crashes: number
  /** How many worker processes died at their work. */
  readonly deaths: number
  /** How often all jobs at work were taken from their workers. */
  readonly expiries: number
  /** Who did what, turn by turn: the same for the same seed. */
  readonly turns: readonly string[]
  /** Errors that reached the runner's caller. */
  readonly errors: readonly string[]
}

type Writer = Topic | 'outside'
const WRITERS: readonly Writer[] = ['lessons', 'attempts', 'enrollments', 'outside']
/** Of a chance that the course also runs on a platform, so that there are jobs. */
const ON_PLATFORM = 0.4
/** A job each, for every learner. */
const PLATFORM_COURSES = ['food-safety', 'food-safety-again'].map((id) => ({ platform: 'graphy', external_course_id: id })) as [
  { platform: 'graphy'; external_course_id: string },
]
/** Of a chance to cut a relay's connection while it sends, once per case at most. */
const CRASHES = 0.25
/** When the writers are done, a relay that works needs few turns more. */
const TURNS_TO_DRAIN = 400

/** Plays one case: some of its writers at once, the others before or after them. */
export async function playCase(arena: Arena, seed: number): Promise<Played> {
  const random = new Random(`interleave ${seed}`)
  const jobs = new Random(`interleave ${seed} jobs`)
  const told = tellStory(random)
  const story = jobs.chance(ON_PLATFORM) ? onPlatform(told) : told
  const group = `case ${seed}`
  await arena.prepare(story, group)
  const errors: string[] = []
  const now = new Date(story.records.enrollments[0]!.recordTime)
  const write = async (writer: Writer, connection: number, name: string) => {
    const { dataSource } = arena.connections[connection]!
    const member: MemberOptions = {
      dataSource,
      versions: built.courseVersions(),
      random: new Random(`${seed} ${name}`),
      group,
      jobs: arena.jobs.keeper.jobs,
    }
    const work = writer === 'outside' ? sayFromOutside(member, story.said, now) : consume(member, writer, story.records[writer])
    await work.catch((error: Error) => errors.push(`${name}: ${error.message}`))
  }
  const { before, atOnce, after } = partsOf(random, story)
  for (const writer of before) await write(writer, 0, `${writer} before`)
  const party = story.version.external_refs ? new JobParty(arena, jobs) : undefined
  const { left, ...relayed } = await together({ arena, random, party, writers: atOnce, write })
  if (left > 0) errors.push(`the relay left ${left} events in the outbox`)
  for (const writer of after) await write(writer, 0, `${writer} after`)
  await party?.finish()
  return { story, group, errors, deaths: party?.deaths ?? 0, expiries: party?.expiries ?? 0, ...relayed }
}

function onPlatform(story: Story): Story {
  return { ...story, version: { ...story.version, external_refs: PLATFORM_COURSES } }
}

/** Where there are jobs, those are there in time that enqueue them. */
function partsOf(random: Random, { version }: Story) {
  const { before, atOnce, after } = parts(random)
  if (!version.external_refs || !after.includes('enrollments')) return { before, atOnce, after }
  return { before: [...before, 'enrollments' as const], atOnce, after: after.filter((writer) => writer !== 'enrollments') }
}

/** Two to four writers at once, one of them perhaps a second member with the same partition. */
function parts(random: Random) {
  const shuffled = random.shuffled(WRITERS)
  const atOnce = shuffled.slice(0, random.integer(1, 4))
  const rest = shuffled.slice(atOnce.length)
  if (atOnce.length < 2 || (atOnce.length < 4 && random.chance(0.4))) atOnce.push(random.pick(atOnce))
  const isBefore = random.chance(0.6)
  return { atOnce, before: isBefore ? rest : [], after: isBefore ? [] : rest }
}

type Write = (writer: Writer, connection: number, name: string) => Promise<void>

interface Together {
  readonly arena: Arena
  readonly random: Random
  readonly party: JobParty | undefined
  readonly writers: readonly Writer[]
  readonly write: Write
}

async function together({ arena, random, party, writers, write }: Together) {
  const members = writers.map((writer, n) => ({ writer, player: new Player(`${writer} ${n + 1}`), connection: arena.connections[n]! }))
  const relays = Array.from({ length: random.integer(0, 2) }, (_, n) => ({
    player: new Player(`relay ${n + 1}`),
    connection: arena.connections[4 + n]!,
  }))
  const everyone = [...members, ...relays, ...(party?.everyone ?? [])]
  for (const { player, connection } of everyone) {
    player.pid = connection.pid
    connection.player = player
  }
  const log: Published[] = []
  let crashes = 0
  const running = relays.map(({ player, connection }) => {
    const crash = async () => {
      if (crashes > 0 || !random.chance(CRASHES)) return 'nothing happened'
      crashes++
      await arena.cut(connection)
      return random.pick(['sent', 'not sent'] as const)
    }
    return { player, relay: new ScheduledRelay({ dataSource: connection.dataSource, player, log, crash }) }
  })
  const ended = Promise.all([
    ...members.map(({ writer, player }, n) => write(writer, n, player.name).then(() => player.end())),
    ...running.map(({ player, relay }) => relay.run().then(() => player.end())),
  ])
  await party?.begin()
  let left = 0
  let draining = 0
  let due = 0
  let isKnown = false
  const beforeTurn = async () => {
    if (members.some(({ player }) => player.state !== 'done')) return
    if (!isKnown || everyone.some(({ player }) => player.hasLetGo)) ({ left, due } = await arena.leftToDo())
    isKnown = true
    await party?.mayRest(due)
    if (running.length === 0) return
    if (left === 0 || ++draining > TURNS_TO_DRAIN) for (const { relay } of running) relay.stop()
  }
  const referee = arena.referee(new Map(everyone.map(({ player, connection }) => [player, connection])))
  const turns = await play({ players: everyone.map(({ player }) => player), random, referee, beforeTurn })
  await ended
  for (const { connection } of everyone) connection.player = undefined
  return { published: log, crashes, turns, left: running.length === 0 ? 0 : left }
}
