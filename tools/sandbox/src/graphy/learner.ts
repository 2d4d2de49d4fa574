import { problem, Refused } from '../http/reply'
import { isObject, type JsonObject } from '../http/request'

/** A part of a course, in Graphy's own spelling. */
export interface CourseItem {
  readonly completed: boolean
  readonly type: string
  readonly title: string
}

/** A course as a learner has it, in Graphy's own spelling. */
export interface LearnerCourse {
  readonly id: string
  readonly Title: string
  readonly 'course items': readonly CourseItem[]
}

export interface GraphyLearner {
  readonly id: string
  readonly email: string
  readonly courses: readonly LearnerCourse[]
}

/** @throws Refused with 400 that names the field when it is no learner in Graphy's own spelling. */
export function readLearner(body: unknown): GraphyLearner {
  const { id, email, courses } = objectAt(body, 'learners[]')
  return { id: textAt(id, 'id'), email: textAt(email, 'email'), courses: listAt(courses, 'courses').map(readCourse) }
}

function readCourse(value: unknown): LearnerCourse {
  const course = objectAt(value, 'courses[]')
  const items = listAt(course['course items'], 'course items').map((one) => {
    const { completed, type, title } = objectAt(one, 'course items[]')
    if (typeof completed !== 'boolean') throw refusal('completed', 'true or false')
    return { completed, type: textAt(type, 'type'), title: textAt(title, 'title') }
  })
  return { id: textAt(course.id, 'courses[].id'), Title: textAt(course.Title, 'courses[].Title'), 'course items': items }
}

function objectAt(value: unknown, field: string): JsonObject {
  if (!isObject(value)) throw refusal(field, 'an object')
  return value
}

function listAt(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refusal(field, 'a list')
  return value
}

function textAt(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw refusal(field, 'a text')
  return value
}

function refusal(field: string, rule: string): Refused {
  return new Refused(problem(400, `${field} must be ${rule}`, field))
}
