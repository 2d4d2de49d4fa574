import { binaryArray, query, type Tx } from '@laurel/postgres'
import type { CourseVersionPublishedV1 } from '@laurel/contracts'
import { compileRule, type Rule } from '@laurel/course-rule'

/** A lesson or a quiz as learners know it; its ordinal is its place in the rule. */
export interface CourseItem {
  readonly id: string
  readonly title: string
  readonly ordinal: number
}

/** The course at a platform outside, where learners take it too. */
export interface ExternalRef {
  readonly platform: string
  readonly externalCourseId: string
}

/** The part of a course version that progress and completion hang on. */
export interface CourseVersion {
  readonly courseVersionId: string
  readonly courseId: string
  /** The organisation that owns the course; null when it is open to all. */
  readonly orgId: string | null
  readonly title: string
  readonly rule: Rule
  /** In the order of the course: by position, those of one position as they were published. */
  readonly lessons: readonly CourseItem[]
  /** As they were published. */
  readonly quizzes: readonly CourseItem[]
  readonly externalRefs: readonly ExternalRef[]
}

type Definition = Pick<CourseVersionPublishedV1, 'lessons' | 'quizzes' | 'electives'>
type ExternalRefs = NonNullable<CourseVersionPublishedV1['external_refs']>

interface CourseVersionRow {
  course_version_id: string
  course_id: string
  org_id: string | null
  title: string
  definition: Definition
  external_refs: ExternalRefs
}

const COLUMNS = 'course_version_id, course_id, org_id, title, definition, external_refs'

const ADD = {
  name: 'course-version-add',
  text: `insert into course_version (course_version_id, course_id, org_id, title, definition, external_refs, published_at)
         select course_version_id, course_id, org_id, title, definition::jsonb, external_refs::jsonb, published_at
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
             as e(course_version_id, course_id, org_id, title, definition, external_refs, published_at)
          order by course_version_id
         on conflict (course_version_id) do nothing`,
}
const FIND = {
  name: 'course-version-find',
  text: `select ${COLUMNS} from course_version where course_version_id = any($1::uuid[])`,
}
const OF_COURSE = {
  name: 'course-version-of-course',
  text: `select ${COLUMNS} from course_version where course_id = $1::uuid order by published_at desc, course_version_id`,
}

/** Lessons and quizzes of the versions that are kept in memory, together at most: 26 MB as measured. */
const KEPT_ITEMS = 100_000

/** Course versions in the service's schema. They are immutable, so what was read is kept in memory, until others need the room. */
export class CourseVersionStore {
  /** In the order in which they were read; the first make room. */
  private readonly memory = new Map<string, CourseVersion>()
  private items = 0
  /** What a transaction added is not kept in memory by its own reads: it may roll back yet. */
  private readonly adding = new WeakMap<Tx, Set<string>>()

  constructor(private readonly keptItems = KEPT_ITEMS) {}

  /** Adds versions; one that is already there stays as it is. Each id at most once. */
  async add(tx: Tx, versions: readonly CourseVersionPublishedV1[]): Promise<void> {
    const adding = this.adding.get(tx) ?? new Set()
    this.adding.set(tx, adding)
    for (const version of versions) adding.add(version.course_version_id)
    await query(tx, ADD, [
      binaryArray.uuid(versions.map((version) => version.course_version_id)),
      binaryArray.uuid(versions.map((version) => version.course_id)),
      binaryArray.uuid(versions.map((version) => version.org_id ?? null)),
      binaryArray.text(versions.map((version) => version.title)),
      binaryArray.text(versions.map((version) => JSON.stringify(definitionOf(version)))),
      binaryArray.text(versions.map((version) => JSON.stringify(externalRefsOf(version)))),
      binaryArray.timestamptz(versions.map((version) => new Date(version.published_at))),
    ])
  }

  /** The version when it has been found before and is still in memory; undefined says nothing of whether it is there. */
  known(id: string): CourseVersion | undefined {
    return this.memory.get(id)
  }

  /** Those of these versions that are there, by id. */
  async find(tx: Tx, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, CourseVersion>> {
    const versions = new Map<string, CourseVersion>()
    for (const id of ids) {
      const version = this.memory.get(id)
      if (version) versions.set(id, version)
    }
    const missing = [...ids].filter((id) => !versions.has(id))
    const read = missing.length === 0 ? [] : await query<CourseVersionRow>(tx, FIND, [binaryArray.uuid(missing)])
    for (const row of read) {
      const version = toCourseVersion(row)
      versions.set(row.course_version_id, version)
      if (!this.adding.get(tx)?.has(row.course_version_id)) this.keep(version)
    }
    return versions
  }

  /** What makes each of these versions what it is, by id, as text to compare with `contentOf`; of those that are there. */
  async contents(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await query<CourseVersionRow>(tx, FIND, [binaryArray.uuid(ids)])
    return new Map(rows.map((row) => [row.course_version_id, contentOf({ ...row, ...row.definition })]))
  }

  /** The versions of a course that are there, the newest first. */
  async ofCourse(tx: Tx, courseId: string): Promise<CourseVersion[]> {
    const rows = await query<CourseVersionRow>(tx, OF_COURSE, [courseId])
    return rows.map(toCourseVersion)
  }

  private keep(version: CourseVersion): void {
    if (this.memory.has(version.courseVersionId)) return
    this.memory.set(version.courseVersionId, version)
    this.items += version.rule.items.length
    for (const [id, oldest] of this.memory) {
      if (this.items <= this.keptItems) return
      this.memory.delete(id)
      this.items -= oldest.rule.items.length
    }
  }
}

/** The content of a course version as text: two publications with the same are the same version. */
export function contentOf(version: Content): string {
  const { course_id, org_id, title } = version
  return JSON.stringify([course_id, org_id ?? null, title, definitionOf(version), externalRefsOf(version)])
}

type Content = Definition &
  Pick<CourseVersionPublishedV1, 'course_id' | 'title' | 'external_refs'> & { readonly org_id?: string | null | undefined }

/** The fields that the contract names and has checked: any other may hold what jsonb refuses, such as a NUL. */
function definitionOf({ lessons, quizzes, electives }: Definition): Definition {
  return {
    lessons: lessons.map(({ lesson_id, title, position, required }) => ({ lesson_id, title, position, required })),
    quizzes: quizzes.map(({ quiz_id, title, required, pass_threshold_percentage }) => ({
      quiz_id,
      title,
      required,
      pass_threshold_percentage,
    })),
    ...(electives ? { electives: electives.map(({ choose, of }) => ({ choose, of })) } : {}),
  }
}

function externalRefsOf({ external_refs = [] }: Pick<CourseVersionPublishedV1, 'external_refs'>): ExternalRefs {
  return external_refs.map(({ platform, external_course_id }) => ({ platform, external_course_id }))
}

function toCourseVersion(row: CourseVersionRow): CourseVersion {
  const compiled = compileRule(row.definition)
  // Versions are checked before they are added, so this is a schema edited by hand.
  if (!compiled.ok) throw new Error(`course version ${row.course_version_id} has no valid rule: ${compiled.reason}`)
  const { rule } = compiled
  const { lessons, quizzes } = row.definition
  return {
    courseVersionId: row.course_version_id,
    courseId: row.course_id,
    orgId: row.org_id,
    title: row.title,
    rule,
    lessons: lessons
      .toSorted((a, b) => a.position - b.position)
      .map(({ lesson_id: id, title }) => ({ id, title, ordinal: rule.ordinalOf.get(id)! })),
    quizzes: quizzes.map(({ quiz_id: id, title }) => ({ id, title, ordinal: rule.ordinalOf.get(id)! })),
    externalRefs: row.external_refs.map(({ platform, external_course_id: externalCourseId }) => ({ platform, externalCourseId })),
  }
}
