import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { isProven, type Verdict } from './report'
import { REPOSITORY } from './stage/stage'

const BEGIN = '<!-- proof: written by `npm run prove -- --write` -->'
const END = '<!-- /proof -->'
const PAGE = join(REPOSITORY, 'docs', 'proof.md')

/**
 * Replaces the block between the markers of docs/proof.md by what a run found.
 *
 * @throws Error when the page has no such block
 */
export function writeProofPage(verdicts: readonly Verdict[], command: string): void {
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), verdicts, command))
}

/** The page with the table of the run in it. */
export function withTable(page: string, verdicts: readonly Verdict[], command: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/proof.md must have a block from ${BEGIN} to ${END}`)
  return [page.slice(0, from), BEGIN, '\n\n', ...block(verdicts, command), '\n', page.slice(to)].join('')
}

function block(verdicts: readonly Verdict[], command: string): string[] {
  const head = ['proof', 'seed', 'faults', 'acknowledged', 'lost', 'doubled', 'wrong', 'recovery at most', 'held']
  const rows = verdicts.map((verdict) => {
    const { name, seed, acknowledged, findings, recoveryMs } = verdict
    const { lost, doubled, wrong } = findings
    const cells = [name, String(seed), faultsOf(verdict), ...[acknowledged, lost, doubled, wrong].map((n) => n.toLocaleString('en'))]
    return [...cells, `${recoveryMs.toLocaleString('en')} ms`, isProven(verdict) ? 'yes' : '**no**']
  })
  const figures = verdicts.map(({ name, figures = {} }) => {
    return `- ${name}: ${Object.entries(figures)
      .map(([what, value]) => `${what} ${value.toLocaleString('en')}`)
      .join('; ')}\n`
  })
  return [
    `\`${command}\` on ${cpus().length} cores, Node ${process.version}.\n\n`,
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`),
    '\n',
    ...figures,
  ]
}

function faultsOf({ faults }: Verdict): string {
  const kinds = Object.entries(faults).map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`)
  return kinds.length > 0 ? kinds.join(', ') : '–'
}
