import { randomUUID } from 'node:crypto'
import type { TestDatabase } from '@laurel/testing'
import type { Course } from '../events.fixture'
import type { Enrollment } from '../domain/enrollment'
import type { Answer, Api, AnswerBody, Caller } from './api.fixture'

export const ADMIN: Caller = { sub: randomUUID(), claims: { roles: ['admin'] } }
export const orgAdmin = (orgId: string): Caller => ({ sub: randomUUID(), claims: { roles: ['org_admin'], org_id: orgId } })

export type Item = Record<string, unknown>
export interface Page extends AnswerBody {
  readonly items: readonly Item[]
  readonly next_cursor: string | null
}

export async function getPage(api: Api, path: string, caller: Caller, query: Record<string, string> = {}): Promise<Page> {
  const { status, body } = await get(api, path, caller, query)
  if (status !== 200) throw new Error(`${status}: ${body.detail}`)
  return body as Page
}

export function get(api: Api, path: string, caller: Caller, query: Record<string, string> = {}): Promise<Answer> {
  return api.call('GET', `/api/v1/courses${path}?${new URLSearchParams(query).toString()}`, caller)
}

/** Every item of a list, page by page; `between` runs after each page. Fails when a page but the last is not full. */
export async function everyItem(
  api: Api,
  path: string,
  caller: Caller,
  limit: number,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Item[]> {
  const items: Item[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await getPage(api, path, caller, { limit: String(limit), ...(cursor && { cursor }) })
    if (page.next_cursor !== null && page.items.length !== limit) throw new Error(`a page of ${page.items.length} is followed by another`)
    items.push(...page.items)
    cursor = page.next_cursor
    await between()
  }
  return items
}

type Seed = Partial<
  Pick<Enrollment, 'userId' | 'status' | 'orgId' | 'percentage' | 'enrolledAt' | 'completedAt' | 'cycle' | 'cycleStartedAt'>
>

/** Puts enrollments of a course into the table as they are; returns their learners. */
export async function enrolled(database: TestDatabase, course: Pick<Course, 'id'>, seeds: readonly Seed[]): Promise<string[]> {
  const rows = seeds.map((seed) => ({
    user_id: seed.userId ?? randomUUID(),
    status: seed.status ?? 'active',
    org_id: seed.orgId ?? null,
    progress_percentage: seed.percentage ?? 0,
    enrolled_at: seed.enrolledAt ?? new Date('2026-01-01T00:00:00Z'),
    completed_at: seed.completedAt ?? null,
    cycle: seed.cycle ?? 1,
    cycle_started_at: seed.cycleStartedAt ?? new Date(0),
  }))
  await database.dataSource.query(
    `insert into enrollments (user_id, course_version_id, status, org_id, progress_percentage, enrolled_at, completed_at, cycle,
            cycle_started_at, revision)
     select user_id, $1, status, org_id, progress_percentage, enrolled_at, completed_at, cycle, cycle_started_at, 1
       from json_to_recordset($2) as r(user_id uuid, status text, org_id uuid, progress_percentage int, enrolled_at timestamptz,
            completed_at timestamptz, cycle int, cycle_started_at timestamptz)`,
    [course.id, JSON.stringify(rows)],
  )
  return rows.map((row) => row.user_id)
}
