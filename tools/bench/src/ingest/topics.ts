import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ceHeaders, LessonProgressedV1 } from '@laurel/contracts'
import { createKafka, createTopics, type Admin, type TopicSpec } from '@laurel/messaging'
import { uuidBytesOf, uuidText } from '../measure/random'
import { TOPICS_FILE } from '../paths'
import type { Evidence } from './evidence'

const CLIENT = 'laurel-bench'
const AT_ONCE = 2_000
export const GROUP = 'laurel.progress'

/** Makes these topics anew, and all that are missing; forgets how far progress's group had read. */
export async function emptyTopics(brokers: readonly string[], names: readonly string[]): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    await admin.deleteGroups([GROUP]).catch(() => undefined)
    const there = (await admin.listTopics()).filter((topic) => names.includes(topic))
    if (there.length > 0) await admin.deleteTopics({ topics: there })
    while ((await admin.listTopics()).some((topic) => names.includes(topic))) await pause(50)
  })
  await createTopics(brokers, JSON.parse(readFileSync(TOPICS_FILE, 'utf8')) as TopicSpec[])
}

/** Sends every piece of evidence as `lesson.progressed`, acknowledged by the broker. */
export async function preload(brokers: readonly string[], evidence: Evidence): Promise<void> {
  const producer = createKafka({ brokers, clientId: CLIENT }).producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    for (let from = 0; from < evidence.count; from += AT_ONCE) {
      const messages = Array.from({ length: Math.min(AT_ONCE, evidence.count - from) }, (_, index) => message(evidence, from + index))
      await producer.send({ topic: LessonProgressedV1.topic, messages })
    }
  } finally {
    await producer.disconnect()
  }
}

/** How many records the topic holds. */
export async function countRecords(brokers: readonly string[], topic: string): Promise<number> {
  const offsets = await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic))
  return offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
}

function message(evidence: Evidence, index: number) {
  const { world } = evidence
  const { enrollment, lesson, percentage } = evidence.at(index)
  const version = world.versionOf(enrollment)
  const time = new Date(world.timeOf(enrollment, lesson)).toISOString()
  const data: LessonProgressedV1 = {
    user_id: uuidText(world.learnerId(world.learnerOf(enrollment))),
    course_version_id: uuidText(world.versionId(version)),
    lesson_id: uuidText(world.lessonId(version, lesson)),
    progress_percentage: percentage,
    occurred_at: time,
  }
  const id = uuidText(uuidBytesOf(`${world.seed} event ${index}`))
  return {
    key: LessonProgressedV1.key(data),
    value: JSON.stringify(data),
    headers: ceHeaders({ id, source: '/player', type: LessonProgressedV1.type, time }),
  }
}

async function withAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka({ brokers, clientId: CLIENT }).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
