import { graphyReader } from './graphy'
import { PayloadError } from './payload'
import { BODIES, said } from './webhooks.fixture'

const page = BODIES.graphy(said()) as { data: [{ courses: [Record<string, unknown>] }] }
const [learner] = page.data
const [course] = learner.courses
const reports = (change: object) => graphyReader.reports({ ...learner, courses: [{ ...course, ...change }] })
const items = (...completed: unknown[]) => ({ 'course items': completed.map((one) => ({ completed: one, type: 'video', title: 'One' })) })

it.each([
  ['a page of learners', page],
  ['a list', page.data],
  ['a learner as data', { data: learner }],
  ['a learner alone', learner],
])('reads %s', (_, json) => {
  expect(graphyReader.events(json)).toEqual([learner])
})

it('reports each course of a learner', () => {
  const both = graphyReader.reports({ ...learner, courses: [course, { id: 'other', 'course items': [] }] })
  const named = { email: 'ada@example.com', externalId: '123' }
  expect(both).toEqual([
    { externalCourseId: '565', learner: named, completed: true, completedAt: null },
    { externalCourseId: 'other', learner: named, completed: false, completedAt: null },
  ])
})

it.each([
  ['all', items(true, true), true],
  ['some', items(true, false), false],
  ['what is not quite true', items(true, 'true'), false],
  ['none', items(), false],
  ['what is not there', { 'course items': undefined }, false],
])('takes a course with %s of its items completed for %3$s', (_, change, completed) => {
  expect(reports(change)).toMatchObject([{ completed }])
})

it('takes the date that a course carries', () => {
  expect(reports({ completed_at: '2026-01-04T12:00:00Z' })).toMatchObject([{ completedAt: new Date('2026-01-04T12:00:00Z') }])
})

it.each([
  ['a learner', () => graphyReader.reports({ courses: [course] })],
  ['courses', () => graphyReader.reports({ ...learner, courses: undefined })],
  ['courses[0].id', () => reports({ id: null })],
  ['courses[0]["course items"]', () => reports({ 'course items': 'all' })],
  ['courses[0]["course items"]', () => reports({ 'course items': [null] })],
  ['the body', () => graphyReader.events('completed')],
])('names %s when it is malformed', (field, read) => {
  expect(read).toThrow(PayloadError)
  expect(read).toThrow(`${field} must`)
})
