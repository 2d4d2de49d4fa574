import { linkedProof } from '../stack-proof/linked-proof'
import { checkPids, count, type StackRun } from '../stack-proof/stack-proof'
import { SERVICES } from '../stage/whole-stack'
import type { CommitKind } from './commit-tap'
import { Cutter } from './cutter'

const GOES_ON_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 50

/** At the moment of a commit the connection to Postgres is gone, and nobody tells the service whether it took effect. */
export const unknownCommit = linkedProof({
  name: 'unknown-commit',
  summary: 'the request or the reply of a commit is dropped with its connection, 6 % of batches: exact, goes on within 5 s, none exits',
  // Over 500 cuts at batches of records.
  seconds: 100,
  async strike(run, links) {
    const pids = run.stack.pids()
    const cutter = new Cutter(run.random, ({ side }) => count(run, `${side} of a commit dropped`))
    links.postgres.tap(() => cutter.tap())
    links.postgres.cutAll()
    cutter.isOn = true
    await Promise.all(SERVICES.map((service) => watchRecovery(run, cutter, service)))
    cutter.isOn = false
    note(run, cutter)
    checkPids(run, pids)
  },
})

/** Measures one cut after another at the batches of a service, until the time is over. */
async function watchRecovery({ recovery, sleep, isOver }: StackRun, cutter: Cutter, service: (typeof SERVICES)[number]): Promise<void> {
  let measured = 0
  while (!isOver()) {
    const cutAt = cutter.lastCutAt.get(service) ?? 0
    if (cutAt > measured) await recovery.of(service, 'a cut at a commit', cutAt, GOES_ON_WITHIN_MS)
    else await sleep(LOOK_EVERY_MS)
    measured = cutAt
  }
}

const KINDS: Readonly<Record<CommitKind, string>> = {
  batch: 'batches of records',
  transaction: 'other transactions',
  statement: 'single statements',
}

function note({ figures, findings }: StackRun, cutter: Cutter): void {
  figures['commits gone by'] = cutter.commits
  for (const [kind, what] of Object.entries(KINDS) as [CommitKind, string][])
    figures[`cut at ${what}, request / reply`] = `${cutter.count(kind, 'request')} / ${cutter.count(kind, 'reply')}`
  const { dropped, committed } = cutter.replies
  figures['committed without a word to the client'] = committed
  figures['batches given again, refused by the fence'] = cutter.repeats.refused
  for (let i = 0; i < cutter.repeats['applied again']; i++) findings.add('doubled', 'a batch that the fence had passed was applied again')
  // Else the cuts came at other moments than they should.
  if (committed * 2 < dropped)
    findings.add('wrong', `${dropped} replies were dropped, but only after ${committed} of them the server had committed`)
}
