import type { Mutant } from '../mutant'

const RULE = 'libs/course-rule/src'
const JOBS = 'libs/jobs/src'
const PROGRESS = 'apps/progress/src'

/** What complete means. */
export const RULE_MUTANTS: readonly Mutant[] = [
  {
    name: 'electives-beyond-choose',
    breaks: 'more electives than are to be chosen count, in place of what is required',
    file: `${RULE}/evaluate.ts`,
    text: `
      .slice(0, group.choose)`,
    replacement: '',
    specs: [`${RULE}/evaluate.unit.spec.ts`],
  },
  {
    name: 'percentage-rounded-up',
    breaks: 'a course shows 100 % before it is complete',
    file: `${RULE}/evaluate.ts`,
    text: 'Math.floor((100 * satisfied) / rule.needed)',
    replacement: 'Math.ceil((100 * satisfied) / rule.needed)',
    specs: [`${RULE}/evaluate.unit.spec.ts`],
  },
]

export const JOB_MUTANTS: readonly Mutant[] = [
  {
    name: 'job-outside-the-transaction',
    breaks: 'a job runs although the transaction that enqueued it rolled back',
    file: `${JOBS}/job-queue.ts`,
    text: 'await this.boss.insert(queue, rows, { db })',
    replacement: 'await this.boss.insert(queue, rows)',
    specs: [`${JOBS}/job-queue.int.spec.ts`],
  },
  {
    name: 'postponement-uses-up-a-retry',
    breaks: 'a job that waited out an outage has fewer retries left',
    file: `${JOBS}/job-table.ts`,
    text: "set state = 'retry', retry_limit = retry_limit + 1, output",
    replacement: "set state = 'retry', output",
    specs: [`${JOBS}/job-queue.int.spec.ts`],
  },
  {
    name: 'permanent-failure-retried',
    breaks: 'a job that no retry helps is retried all the same',
    file: `${JOBS}/job-queue.ts`,
    text: 'if (error instanceof PermanentJobError) {',
    replacement: 'if (error instanceof PermanentJobError && error.message.length === 0) {',
    specs: [`${JOBS}/job-queue.int.spec.ts`],
  },
]

export const PROGRESS_MUTANTS: readonly Mutant[] = [
  {
    name: 'idempotency-key-ignored',
    breaks: 'a repeated request takes effect again',
    file: `${PROGRESS}/use-cases/answer-once.ts`,
    text: 'if (key === undefined) return work()',
    replacement: 'if (key !== null) return work()',
    specs: [`${PROGRESS}/use-cases/answer-once.int.spec.ts`],
  },
  {
    name: 'idempotency-key-of-another-request',
    breaks: 'another request under a used key gets the first one’s answer',
    file: `${PROGRESS}/use-cases/answer-once.ts`,
    text: 'if (kept.fingerprint !== fingerprint) throw',
    replacement: 'if (kept.fingerprint.length === 0) throw',
    specs: [`${PROGRESS}/use-cases/answer-once.int.spec.ts`],
  },
  {
    name: 'row-level-security-dropped',
    breaks: 'the role that acts for one caller sees everybody’s rows',
    file: `${PROGRESS}/persistence/migrations/009-row-level-security.ts`,
    text: 'to progress_caller using (${condition}) with check (${condition});',
    replacement: 'to progress_caller using (true) with check (true);',
    specs: [`${PROGRESS}/persistence/row-level-security.int.spec.ts`],
  },
  {
    name: 'lesson-announced-twice',
    breaks: 'a lesson that is complete already is announced again',
    file: `${PROGRESS}/use-cases/record-lessons.ts`,
    text: '[...lessons].filter(([, lesson]) => lesson.newlyCompleted)',
    replacement: '[...lessons].filter(([, lesson]) => lesson.completedAt !== null)',
    specs: [`${PROGRESS}/http/course-progress.int.spec.ts`],
  },
  {
    name: 'credential-announced-again',
    breaks: 'a credential that was announced before its database was put back is announced again',
    file: 'apps/credential/src/use-cases/announce-issue.ts',
    text: 'if (await takeAnnouncement(tx, completionId)) return',
    replacement: 'await takeAnnouncement(tx, completionId)',
    specs: ['apps/credential/src/use-cases/restore-announcements.int.spec.ts'],
  },
]
