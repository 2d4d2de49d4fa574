import type { Cohort } from '@laurel/dev-stack'

/** Cohorts with different learners and course versions as one, which grows; for what is asked of it after they were sent. */
export class Cohorts {
  private readonly parts: Cohort[] = []
  private readonly partOf = new Map<string, Cohort>()
  readonly userIds = new Set<string>()

  add(cohort: Cohort): void {
    this.parts.push(cohort)
    for (const userId of cohort.userIds) {
      this.userIds.add(userId)
      this.partOf.set(userId, cohort)
    }
  }

  get all(): Cohort {
    const partOf = (userId: string) => this.partOf.get(userId)!
    const lines = (route: keyof Cohort['lines']) => this.parts.reduce((sum, part) => sum + part.lines[route], 0)
    return {
      versions: new Map(this.parts.flatMap(({ versions }) => [...versions])),
      cases: new Map(this.parts.flatMap(({ cases }) => [...cases])),
      userIds: this.userIds,
      routeOf: (userId) => partOf(userId).routeOf(userId),
      find: (evidence) => partOf(evidence.data.user_id).find(evidence),
      rows: this.parts.reduce((sum, { rows }) => sum + rows, 0),
      lines: { kafka: lines('kafka'), rest: lines('rest'), malformed: lines('malformed') },
      dir: this.parts[0]?.dir ?? '',
    }
  }
}
