import { CourseCompletedV1, LessonCompletedV1, QuizAttemptedV1 } from '@laurel/contracts'
import type { Evidence } from '../proof'
import { Lender } from '../stage/lender'
import { WholeStack } from '../stage/whole-stack'
import { stackProof, type StackRun } from './stack-proof'

const MINUTE = 60_000
/** Lines of the load that are sent before anything is broken, and then while completion-detection stands still: enough to be skipped. */
const SOME_LINES = 200

/** Half of what completion-detection has not read yet is passed over, as by a service that moves its cursor before it has done the work. */
async function skipFences({ stack, fences, load, sleep }: StackRun): Promise<void> {
  stack.kill('completion-detection', 'SIGSTOP')
  const from = load.lines
  while (load.lines < from + SOME_LINES) await sleep(50)
  for (const topic of [LessonCompletedV1.topic, QuizAttemptedV1.topic]) {
    for (const { partition, high } of await load.admin.fetchTopicOffsets(topic)) {
      const text = 'update completion.consumer_fence set next_offset = $3 where topic = $1 and partition = $2'
      if (partition % 2 === 0) await fences.query(text, [topic, partition, high])
    }
  }
  stack.kill('completion-detection', 'SIGKILL')
}

/** A completion is told once more under another id, as by a service that draws ids instead of deriving them. */
async function emitTwice({ load, fences }: StackRun): Promise<void> {
  const [first] = load.watch.seen.completions.values()
  const { rows } = await fences.query<{ id: string }>('select gen_random_uuid() as id')
  const data = { ...first!.data, completion_id: rows[0]!.id }
  const source = { ce_specversion: '1.0', ce_source: '/laurel/completion-detection', ce_type: CourseCompletedV1.type }
  const headers = { ...source, ce_id: rows[0]!.id, ce_time: data.detected_at, 'content-type': 'application/json' }
  await load.producer.deliver(CourseCompletedV1.topic, [{ key: CourseCompletedV1.key(data), value: JSON.stringify(data), headers }])
}

/** What the proofs rest on must itself be able to say no. */
describe('a stack in which records are dropped, fences skipped and completions told twice', () => {
  const lender = new Lender(WholeStack.start, () => undefined)
  const lines: string[] = []
  let evidence: Evidence
  let stack: WholeStack | undefined
  beforeAll(async () => {
    const proof = stackProof({
      name: 'sabotage',
      summary: '',
      seconds: 1,
      async strike(run) {
        stack = run.stack
        while (run.load.lines < SOME_LINES || run.load.watch.seen.completions.size === 0) await run.sleep(50)
        run.load.producer.expect(LessonCompletedV1.topic, 'a record that was acknowledged and dropped')
        await skipFences(run)
        await emitTwice(run)
      },
    })
    evidence = await proof.run({ seed: 5, lender, say: (line) => lines.push(line), signal: new AbortController().signal })
  }, 5 * MINUTE)
  afterAll(async () => {
    await lender.close()
    // Kept for a person to look at; here everything is as expected.
    stack?.remove()
  }, MINUTE)

  const found = (kind: string) => evidence.findings.examples.filter((finding) => finding.kind === kind).map(({ what }) => what)

  it('shows what is lost: records, completions and all that follows from them', () => {
    expect(found('lost').join('\n')).toMatch(/a record that was acknowledged and dropped/)
    expect(found('lost').join('\n')).toMatch(/course\.completed missing/)
    expect(evidence.findings.lost).toBeGreaterThan(3)
  })

  it('shows what is doubled', () => {
    expect(found('doubled').join('\n')).toMatch(/course\.completed 2 times/)
  })
})
