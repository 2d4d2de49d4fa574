import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { definitionOf, EVENTS, LessonCompletedV1 } from '.'
import { SAMPLE } from './sample-ids'

const ENROLLMENT = `${SAMPLE.course_version_id}:${SAMPLE.user_id}`

const KEYS = [
  ['course-version.published', SAMPLE.course_version_id],
  ['enrollment.requested', ENROLLMENT],
  ['enrollment.changed', ENROLLMENT],
  ['lesson.progressed', ENROLLMENT],
  ['lesson.completed', ENROLLMENT],
  ['quiz.attempted', ENROLLMENT],
  ['course.completed', ENROLLMENT],
  ['course.completion-revoked', ENROLLMENT],
  ['credential.issued', ENROLLMENT],
  ['credential.revoked', ENROLLMENT],
  ['learner.erased', SAMPLE.user_id],
] as const

interface ObjectSchema {
  readonly $id: string
  readonly title: string
  readonly required: readonly string[]
  readonly properties: Readonly<Record<string, object>>
}

const events = EVENTS.map((event) => ({ name: event.type, event, schema: event.schema as ObjectSchema }))
const fields = events.flatMap((e) => Object.keys(e.schema.properties).map((field) => ({ ...e, field })))
const required = events.flatMap((e) => e.schema.required.map((field) => ({ ...e, field })))

it('defines every event of the design and no other', () => {
  expect(EVENTS.map((event) => event.topic)).toEqual(KEYS.map(([topic]) => topic))
})

it.each(KEYS)('keys %s by %s', (topic, key) => {
  const definitions = definitionOf(topic)
  expect(definitions.length).toBeGreaterThan(0)
  for (const event of definitions) expect(event.samples.map((sample) => event.key(sample))).toEqual(event.samples.map(() => key))
})

it('finds no definition for a topic that carries no event', () => {
  expect(definitionOf('progress.dead-letter')).toEqual([])
  expect(definitionOf('lesson.completed')).toEqual([LessonCompletedV1])
})

describe.each(events)('$name', ({ event, schema }) => {
  it('names its topic and version alike in type, schema, title and folder', () => {
    const folder = event.topic.replace('.', '-')
    const version = event.type.slice(event.topic.length)
    const title = `${folder}${version}`.replace(/(?:^|[-.])(.)/g, (_, letter: string) => letter.toUpperCase())
    expect(event.type).toMatch(/^[a-z.-]+\.v\d+$/)
    expect(schema).toMatchObject({ $id: `urn:laurel:${event.type}`, title })
    expect(existsSync(join(__dirname, folder, `${folder}${version}.schema.json`))).toBe(true)
  })

  it('accepts its samples, as they are', () => {
    expect(event.samples.length).toBeGreaterThan(0)
    for (const sample of event.samples) expect(event.parse(sample)).toEqual({ ok: true, data: sample })
  })

  it('shows every optional field in a sample', () => {
    const shown = new Set(event.samples.flatMap((sample) => Object.keys(sample as object)))
    expect([...shown].sort()).toEqual(Object.keys(schema.properties).sort())
  })

  it('accepts a field that a newer producer adds', () => {
    const newer = { ...(event.samples[0] as object), added_later: { any: 'thing' } }
    expect(event.parse(newer)).toEqual({ ok: true, data: newer })
  })
})

it.each(required)('$name is refused without $field', ({ event, field }) => {
  const { [field]: _, ...data } = event.samples[0] as Record<string, unknown>
  expect(event.parse(data)).toEqual({ ok: false, reason: `${field} is missing` })
})

it.each(fields)('$name is refused when $field is null', ({ event, field }) => {
  const result = event.parse({ ...(event.samples[0] as object), [field]: null })
  expect(result).toEqual({
    ok: false,
    reason: expect.stringMatching(new RegExp(`^${field} must be .* \\(got null\\)$`)),
  })
})
