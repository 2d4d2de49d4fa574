import type { Mutant } from '../mutant'

const SRC = 'apps/completion-detection/src'
const useCase = (...names: string[]) => names.map((name) => `${SRC}/use-cases/${name}.int.spec.ts`)
const INTERLEAVE = 'tools/prove/src/interleave/interleave.int.spec.ts'

/** What makes one completion per enrollment and cycle. */
export const ONCE_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-ledger-lock',
    breaks: 'ledgers are read without their rows being locked, and evidence of two transactions overwrites each other',
    file: `${SRC}/persistence/ledger-store.ts`,
    text: `            for no key update of l\``,
    replacement: '`',
    specs: [...useCase('complete-once'), INTERLEAVE],
  },
  {
    name: 'ledgers-locked-in-any-order',
    breaks: 'rows are locked in the order of the batch, and opposite batches deadlock',
    file: `${SRC}/persistence/ledger-store.ts`,
    text: `          order by l.course_version_id, l.user_id
            for no key update of l`,
    replacement: '            for no key update of l',
    specs: useCase('complete-once'),
  },
  {
    name: 'evidence-appended-in-any-order',
    breaks: 'rows that evidence is appended to are locked in the order of the batch, and opposite batches deadlock',
    file: `${SRC}/persistence/append-evidence.ts`,
    text: `
            order by course_version_id, user_id
         ), appended as (`,
    replacement: ' ), appended as (',
    specs: useCase('complete-once'),
  },
  {
    name: 'lost-insert-unnoticed',
    breaks: 'a ledger that another transaction inserted meanwhile swallows the evidence',
    file: `${SRC}/persistence/ledger-store.ts`,
    text: `if (written.length !== some.length) throw new WriteConflictError('completion_ledger')`,
    replacement: '',
    specs: [...useCase('complete-once'), INTERLEAVE],
  },
  {
    name: 'no-once-only-guard',
    breaks: 'every decided completion is announced, also one that is there already',
    file: `${SRC}/use-cases/decide-ledgers.ts`,
    text: 'proposed.filter((one) => added.has(cycleKey(one)))',
    replacement: 'proposed.filter((one) => cycleKey(one) !== null)',
    specs: useCase('complete-once'),
  },
  {
    name: 'decided-again',
    breaks: 'a ledger that is complete is decided again, and its date moves',
    file: `${SRC}/domain/completion.ts`,
    text: `if (ledger.completedAt !== null) return { kind: 'already-complete' }`,
    replacement: '',
    specs: [`${SRC}/domain/completion.unit.spec.ts`],
  },
  {
    name: 'decided-while-inactive',
    breaks: 'an enrollment completes while it is cancelled or revoked',
    file: `${SRC}/domain/completion.ts`,
    text: `if (ledger.status !== 'active') return { kind: 'not-active' }`,
    replacement: `if (ledger.status === null) return { kind: 'not-active' }`,
    specs: [`${SRC}/domain/completion.unit.spec.ts`, ...useCase('order-of-arrival')],
  },
  {
    name: 'append-without-overlap-check',
    breaks: 'a lesson that is done already is appended as if it were done first',
    file: `${SRC}/persistence/append-evidence.ts`,
    text: 'bit_count(l.done & e.done) = 0',
    replacement: 'bit_count(l.done & e.done) >= 0',
    specs: useCase('order-of-arrival', 'any-order'),
  },
  {
    name: 'append-to-any-cycle',
    breaks: 'evidence of a closed cycle is appended to the open one',
    file: `${SRC}/persistence/append-evidence.ts`,
    text: 'and l.completed_at is null and l.cycle_started_at <= e.earliest',
    replacement: 'and l.completed_at is null',
    specs: useCase('cycles', 'any-order'),
  },
  {
    name: 'dedupe-without-time',
    breaks: 'an item that was done again at another time counts as known, and an earlier date is dropped',
    file: `${SRC}/domain/evidence.ts`,
    text: "return `${ordinal} ${at} ${score ?? ''}`",
    replacement: "return `${ordinal} ${score ?? ''}`",
    specs: [`${SRC}/domain/evidence.unit.spec.ts`, ...useCase('any-order')],
  },
  {
    name: 'revision-ignored',
    breaks: 'an older state of an enrollment replaces a newer one',
    file: `${SRC}/domain/ledger.ts`,
    text: 'if (fact.revision <= ledger.revision || fact.cycle < ledger.cycle) return ledger',
    replacement: 'if (fact.revision === ledger.revision) return ledger',
    specs: [`${SRC}/domain/ledger.unit.spec.ts`],
  },
  {
    name: 'cycle-ignored',
    breaks: 'a new cycle goes on with the evidence and the completion of the old one',
    file: `${SRC}/domain/ledger.ts`,
    text: 'if (fact.cycle === ledger.cycle) return',
    replacement: 'if (fact.cycle > 0) return',
    specs: [`${SRC}/domain/ledger.unit.spec.ts`, ...useCase('cycles')],
  },
  {
    name: 'outside-fact-of-any-cycle',
    breaks: 'what a platform said of a closed cycle completes the open one',
    file: `${SRC}/domain/completion.ts`,
    text: 'return completedAt === null ? ledger.cycle === 1 : completedAt >= ledger.cycleStartedAt',
    replacement: 'return completedAt === null || completedAt >= 0 || ledger.cycle === 1',
    specs: useCase('complete-from-outside'),
  },
  {
    name: 'outside-fact-not-kept',
    breaks: 'what is heard from outside before the enrollment is active is forgotten',
    file: `${SRC}/use-cases/complete-from-outside.ts`,
    text: 'await addOutsideFacts(tx, kept)',
    replacement: 'await addOutsideFacts(tx, kept.slice(kept.length))',
    specs: useCase('complete-from-outside'),
  },
  {
    name: 'empty-ledger-not-inserted',
    breaks: 'a fact about an enrollment without a row leaves none, so one that becomes active at the same moment misses it',
    file: `${SRC}/use-cases/decide-ledgers.ts`,
    text: 'locked.stored === null || ledger !== locked.ledger',
    replacement: 'ledger !== locked.ledger',
    specs: [INTERLEAVE],
  },
]

/** What is taken from outside: webhooks and the checker. */
export const OUTSIDE_MUTANTS: readonly Mutant[] = [
  {
    name: 'signature-not-compared',
    breaks: 'any signature of the right length proves a webhook',
    file: `${SRC}/webhooks/verification.ts`,
    text: 'return given.length === digest.length && timingSafeEqual(given, digest)',
    replacement: 'return given.length === digest.length',
    specs: [`${SRC}/webhooks/verification.unit.spec.ts`],
  },
  {
    name: 'replay-window-ignored',
    breaks: 'a signed delivery is taken however old it is',
    file: `${SRC}/webhooks/standard-webhooks.ts`,
    text: 'if (error instanceof WebhookVerificationError) return error',
    replacement: 'if (error instanceof WebhookVerificationError) return /timestamp too/i.test(error.message) ? null : error',
    specs: [`${SRC}/webhooks/standard-webhooks.unit.spec.ts`],
  },
  {
    name: 'delivery-claimed-twice',
    breaks: 'two processors take the same webhook delivery',
    file: `${SRC}/persistence/webhook-delivery-store.ts`,
    text: 'where due_at <= $1 order by due_at limit 1 for update skip locked',
    replacement: 'where due_at <= $1 order by due_at limit 1',
    specs: useCase('process-deliveries'),
  },
  {
    name: 'webhook-repeat-stored',
    breaks: 'every repeat of a delivery is stored as a new one',
    file: `${SRC}/use-cases/receive-webhook.ts`,
    text: "const deliveryKey = id ?? createHash('sha256').update(request.body).digest('hex')",
    replacement: "const deliveryKey = createHash('sha256').update(`${id} ${performance.now()}`).digest('hex')",
    specs: [`${SRC}/http/webhooks.controller.int.spec.ts`],
  },
  {
    name: 'checker-without-fence',
    breaks: 'a checker whose run was taken over goes on recording',
    file: `${SRC}/persistence/checker-run-store.ts`,
    text: 'where id = $1 and finished_at is null returning 1',
    replacement: 'where id = $1 returning 1',
    specs: useCase('run-checker'),
  },
  {
    name: 'two-checkers-at-once',
    breaks: 'every replica runs the checker, not one of them',
    file: `${SRC}/use-cases/run-checker.ts`,
    text: `await trySessionLock(runner.manager, 'checker')`,
    replacement: `await trySessionLock(runner.manager, String(Math.random()))`,
    specs: useCase('run-checker'),
  },
  {
    name: 'missed-check-blocks',
    breaks: 'a learner whose check failed stays first in line and keeps the others from being checked',
    file: `${SRC}/persistence/check-store.ts`,
    text: 'update learners set last_completion_check = $2, last_check_error = $3 where id = $1',
    replacement: 'update learners set last_check_error = $3 where id = $1 and $2::timestamptz is not null',
    specs: useCase('run-checker'),
  },
]
