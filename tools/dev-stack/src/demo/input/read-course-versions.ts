import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { CourseVersionPublishedV1 } from '@laurel/contracts'
import { ruleOf, RuleError, type Rule } from '../model/rule'
import { InputError } from './input-error'
import { elementsOf } from './json-array'
import { unreadable } from './unreadable'

export interface CourseVersion {
  readonly data: CourseVersionPublishedV1
  readonly rule: Rule
}

/**
 * Reads course-versions.json: an array of the data of course-version.published, by course_version_id in file order.
 *
 * @throws InputError
 */
export async function readCourseVersions(path: string): Promise<Map<string, CourseVersion>> {
  const file = basename(path)
  const versions = new Map<string, CourseVersion>()
  try {
    for await (const { text, line } of elementsOf(createReadStream(path, 'utf8'))) {
      const data = parse(file, line, text)
      if (versions.has(data.course_version_id))
        throw new InputError(file, line, `course_version_id ${data.course_version_id} is there twice`)
      versions.set(data.course_version_id, { data, rule: ruleAt(file, line, data) })
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError(file, null, error.message)
    throw unreadable(error, path)
  }
  if (versions.size === 0) throw new InputError(file, null, 'holds no course version; at least one is needed')
  return versions
}

function parse(file: string, line: number, text: string): CourseVersionPublishedV1 {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new InputError(file, line, `the course version that begins here is not JSON: ${(error as Error).message}`)
  }
  const parsed = CourseVersionPublishedV1.parse(json)
  if (!parsed.ok) throw new InputError(file, line, parsed.reason)
  return parsed.data
}

function ruleAt(file: string, line: number, data: CourseVersionPublishedV1): Rule {
  try {
    return ruleOf(data)
  } catch (error) {
    if (error instanceof RuleError) throw new InputError(file, line, error.message)
    throw error
  }
}
