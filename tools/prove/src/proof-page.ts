import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY, withBlock } from '@laurel/dev-stack'
import { isProven, type Verdict } from './report'

const BLOCK = { page: 'docs/proof.md', begin: '<!-- proof: written by `npm run prove -- --write` -->', end: '<!-- /proof -->' }
const PAGE = join(REPOSITORY, 'docs', 'proof.md')
const HEAD = ['proof', 'run', 'seed', 'faults', 'acknowledged', 'lost', 'doubled', 'wrong', 'recovery at most', 'held']

/** What a row says of the run that it is from. */
export interface RunNote {
  /** How much was asked for, such as `--seconds 60`; empty for the full size. */
  readonly size: string
  /** Its day, UTC, such as 2026-01-31. */
  readonly day: string
}

/**
 * Puts what a proof found into the block between the markers of docs/proof.md, in place of what it found before.
 *
 * @param order the names of all proofs
 * @throws Error when the page has no such block
 */
export function writeProofPage(verdict: Verdict, run: RunNote, order: readonly string[]): void {
  writeFileSync(PAGE, withVerdict(readFileSync(PAGE, 'utf8'), verdict, run, order))
}

/** The page with the proof's row and figures in it; those of other proofs stay as they are, those of unknown ones go. */
export function withVerdict(page: string, verdict: Verdict, run: RunNote, order: readonly string[]): string {
  const lines = page.slice(page.indexOf(BLOCK.begin), page.indexOf(BLOCK.end)).split('\n')
  const kept = (name: string, prefix: string) => lines.filter((line) => line.startsWith(prefix)).slice(0, name === verdict.name ? 0 : 1)
  const rows = order.flatMap((name) => (name === verdict.name ? [rowOf(verdict, run)] : kept(name, `| ${name} |`)))
  const figures = order.flatMap((name) => (name === verdict.name ? [figuresOf(verdict)] : kept(name, `- ${name}: `)))
  const head = [HEAD, HEAD.map(() => '---')].map(tableRow)
  const machine = `On ${cpus().length} cores, Node ${process.version}. Each row is of its own run.`
  return withBlock(page, BLOCK, [machine, '', ...head, ...rows, '', ...figures].join('\n'))
}

function rowOf(verdict: Verdict, { size, day }: RunNote): string {
  const { name, seed, acknowledged, findings, recoveryMs } = verdict
  const counts = [acknowledged, findings.lost, findings.doubled, findings.wrong].map((n) => n.toLocaleString('en'))
  const held = isProven(verdict) ? 'yes' : '**no**'
  return tableRow([
    name,
    `${day} ${size || 'full'}`,
    String(seed),
    faultsOf(verdict),
    ...counts,
    `${recoveryMs.toLocaleString('en')} ms`,
    held,
  ])
}

function figuresOf({ name, figures = {} }: Verdict): string {
  const texts = Object.entries(figures).map(([what, value]) => `${what} ${value.toLocaleString('en')}`)
  return `- ${name}: ${texts.join('; ')}`
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function faultsOf({ faults }: Verdict): string {
  const kinds = Object.entries(faults).map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`)
  return kinds.length > 0 ? kinds.join(', ') : '–'
}
