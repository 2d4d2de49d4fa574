import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EVENTS } from '.'

interface Topic {
  readonly name: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}

const SERVICES = ['progress', 'completion-detection', 'credential', 'analytics-distribution', 'hr-report']

const path = join(__dirname, '../../../deploy/topics/topics.json')
const topics = JSON.parse(readFileSync(path, 'utf8')) as Topic[]

it('deploys a topic for every event and dead letters for every service, and no other', () => {
  const events = new Set(EVENTS.map((event) => event.topic))
  const deadLetters = SERVICES.map((service) => `${service}.dead-letter`)
  expect(topics.map((topic) => topic.name)).toEqual([...events, ...deadLetters])
})

it.each(topics)('keeps $name for ever in 12 partitions', ({ partitions, config }) => {
  expect(partitions).toBe(12)
  expect(config['retention.ms']).toBe('-1')
})

it.each(EVENTS)('lets $topic take a value of 1 MiB with its headers', ({ topic }) => {
  const config = topics.find(({ name }) => name === topic)?.config
  expect(Number(config?.['max.message.bytes'])).toBeGreaterThanOrEqual(1024 * 1024 + 64 * 1024)
})

it.each(['enrollment.requested', 'course.completed', 'course.completion-revoked'])(
  'has the broker date %s: revisions come from it',
  (topic) => {
    expect(topics.find(({ name }) => name === topic)?.config['message.timestamp.type']).toBe('LogAppendTime')
  },
)
