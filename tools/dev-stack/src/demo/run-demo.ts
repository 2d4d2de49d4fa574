import { setMaxListeners } from 'node:events'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Patience } from './check/await-arrivals'
import { performDemo } from './perform-demo'
import { abortable } from './drive/abortable'
import { toJson, toTable } from './report/outcome'
import { ProgressBar, type Screen } from './report/progress-bar'
import type { StackState } from '../stack/state'

export interface DemoOptions {
  readonly stack: StackState
  /** Directory with course-versions.json, enrollments.csv and events.jsonl; the committed sample unless given. */
  readonly inputDir?: string
  /** Takes each line of the table, and of the progress where no line can be redrawn. */
  readonly log: (line: string) => void
  /** Ends the demo early. */
  readonly signal: AbortSignal
  /** Where demo.json is written; `.laurel` in the working directory unless given. */
  readonly laurelDir?: string
  /** False when the stack runs with ENABLE_CREDENTIALS=false: then no credential is expected. */
  readonly credentials?: boolean
  readonly patience?: Patience
  /** Where the progress bar is drawn; process.stdout unless given. */
  readonly screen?: Screen
}

/** What a run of the demo led to; `reason` says what is wrong and where to look. */
export interface DemoResult {
  readonly ok: boolean
  readonly reason?: string
}

/** The committed sample, seen from src/demo and from dist/demo. */
const SAMPLE = join(__dirname, '..', '..', 'demo-input')

/**
 * Sends an input through a running stack, waits for what must come out of it, and prints and writes the table. Input
 * that is already in the stack may be sent again: it must lead to nothing new. Does not throw for a wrong input or a
 * stack that does not work: the result says so.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { stack, log, signal, inputDir = SAMPLE, laurelDir = '.laurel', credentials = true } = options
  const bar = new ProgressBar({ screen: options.screen ?? process.stdout, log })
  const over = new AbortController()
  const ended = AbortSignal.any([signal, over.signal])
  // Every call under way listens.
  setMaxListeners(0, ended)
  try {
    const demo = performDemo({ stack, dir: resolve(inputDir), credentials, patience: options.patience, bar, signal: ended })
    const outcome = await abortable(demo, signal)
    bar.clear()
    for (const line of toTable(outcome)) log(line)
    return await result(laurelDir, outcome, toJson(outcome))
  } catch (error) {
    if (signal.aborted) return { ok: false, reason: 'the demo was interrupted' }
    const failed = { ok: false, reason: error instanceof Error ? error.message : String(error) }
    return await result(laurelDir, failed, failed)
  } finally {
    bar.clear()
    over.abort()
  }
}

async function result(laurelDir: string, { ok, reason }: DemoResult, json: object): Promise<DemoResult> {
  await mkdir(laurelDir, { recursive: true })
  const path = join(laurelDir, 'demo.json')
  await writeFile(`${path}.new`, `${JSON.stringify(json, null, 2)}\n`)
  await rename(`${path}.new`, path)
  return { ok, ...(reason !== undefined && { reason }) }
}
