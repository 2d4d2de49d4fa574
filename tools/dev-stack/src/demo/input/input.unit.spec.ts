import { join } from 'node:path'
import { courseVersion, inputFiles, lessonCompleted, removeInputFiles, row, uuid, VERSION_ID } from '../input-files.fixture'
import { FILES } from './files'
import { readCourseVersions } from './read-course-versions'
import { readEnrollments } from './read-enrollments'
import { readEvents, valueOf, type Message } from './read-events'

const learner = uuid(100, '1')

afterAll(removeInputFiles)

describe('course-versions.json', () => {
  const read = async (versions: readonly unknown[] | string) =>
    readCourseVersions(join(await inputFiles({ versions }), FILES.courseVersions))

  it('is read in file order', async () => {
    const other = courseVersion({ course_version_id: uuid(9) })
    expect([...(await read([other, courseVersion()])).keys()]).toEqual([uuid(9), VERSION_ID])
  })

  it.each([
    [
      'a wrong field, with the line on which the version begins',
      `[\n${JSON.stringify(courseVersion())},\n${JSON.stringify({ ...courseVersion(), version: 0 })}]`,
      'course-versions.json:3: version must be >= 1 (got 0)',
    ],
    ['a version that is no JSON', '[\n{"version": }]', 'course-versions.json:2: the course version that begins here is not JSON'],
    ['a file that is no array', '{"course_version_id": 1}', 'course-versions.json: line 1: "{" where a JSON array of objects was expected'],
    ['a file that ends early', '[{"a": 1}', 'course-versions.json:1: course_version_id is missing'],
    [
      'an array without an end',
      `[${JSON.stringify(courseVersion())}`,
      'course-versions.json: line 1: the JSON array of objects has no end',
    ],
    ['an empty array', '[]', 'course-versions.json: holds no course version'],
  ])('is refused for %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message)
  })

  it('is refused for a version that is there twice', async () => {
    await expect(read([courseVersion(), courseVersion()])).rejects.toThrow(
      `course-versions.json:1: course_version_id ${VERSION_ID} is there twice`,
    )
  })

  it('is refused for a rule that makes no sense', async () => {
    await expect(read([courseVersion({ electives: [{ choose: 2, of: [uuid(11)] }] })])).rejects.toThrow(
      'course-versions.json:1: electives[0].choose must be 1 to 1',
    )
  })

  it('is refused when it is not there', async () => {
    await expect(readCourseVersions('/nowhere/course-versions.json')).rejects.toThrow(
      '/nowhere/course-versions.json: there is no such file',
    )
  })
})

describe('enrollments.csv', () => {
  const read = async (rows: string[]) => readEnrollments(join(await inputFiles({ rows }), FILES.enrollments))

  it('leaves empty cells out', async () => {
    const [first] = await read([row(learner)])
    expect(first).toEqual({
      line: 2,
      data: { user_id: learner, course_version_id: VERSION_ID, action: 'enroll', requested_at: '2025-01-10T00:00:00.000Z' },
    })
  })

  it.each([
    ['a wrong field', [row(learner), row('learner-1')], 'enrollments.csv:3: user_id must be a UUID (got "learner-1")'],
    ['an empty required cell', [row(learner).replace(/,[^,]+$/, ',')], 'enrollments.csv:2: requested_at is missing'],
    ['a row that is too short', [row(learner), 'a,b'], 'enrollments.csv:3: Invalid Record Length'],
    ['an unknown action', [row(learner, 'expel')], 'enrollments.csv:2: action must be one of enroll'],
  ])('is refused for %s, with line and field', async (_, rows, message) => {
    await expect(read(rows)).rejects.toThrow(message)
  })

  it('is refused for a wrong header', async () => {
    const dir = await inputFiles({ rows: [] })
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(dir, FILES.enrollments), 'user,course_version_id,action,requested_at\n')
    await expect(readEnrollments(join(dir, FILES.enrollments))).rejects.toThrow(
      'enrollments.csv:1: column "user" is unknown; column user_id is missing',
    )
  })
})

describe('events.jsonl', () => {
  const read = async (events: (object | string)[]) => {
    const messages: Message[] = []
    for await (const message of readEvents(join(await inputFiles({ events }), FILES.events))) messages.push(message)
    return messages
  }

  it('gives JSON, bytes and missing values as they will be sent, and skips empty lines', async () => {
    const messages = await read([
      lessonCompleted(learner, uuid(11)),
      '',
      { topic: 'lesson.completed', raw_base64: 'eyI=' },
      { topic: 'lesson.completed', raw_base64: null },
      { topic: 'lesson.completed', data: null },
    ])
    expect(messages.map(({ line }) => line)).toEqual([1, 3, 4, 5])
    expect(messages.map(valueOf).map((value) => value?.toString() ?? null)).toEqual([
      expect.stringContaining(learner) as string,
      '{"',
      null,
      'null',
    ])
  })

  it.each([
    ['is no JSON', '{oops', 'is not JSON'],
    ['is no object', '[1]', 'must be a JSON object'],
    ['names an unknown topic', { topic: 'lesson.complete', data: {} }, 'topic must be one of course-version.published,'],
    [
      'has a header that is no text',
      { topic: 'lesson.completed', headers: { ce_id: 1 }, data: {} },
      'headers.ce_id must be a string (got 1)',
    ],
    ['has neither data nor bytes', { topic: 'lesson.completed' }, 'exactly one of data and raw_base64'],
    ['has both', { topic: 'lesson.completed', data: {}, raw_base64: '' }, 'exactly one of data and raw_base64'],
    ['has bytes that are no base64', { topic: 'lesson.completed', raw_base64: '%%' }, 'raw_base64 must be base64'],
    [
      'claims to be from Laurel',
      { topic: 'lesson.completed', headers: { ce_source: '/laurel/progress' }, data: {} },
      'headers.ce_source must not be',
    ],
  ])('is refused for a line that %s', async (_, line, message) => {
    await expect(read([lessonCompleted(learner, uuid(11)), line])).rejects.toThrow(`events.jsonl:2: ${message}`)
  })
})
