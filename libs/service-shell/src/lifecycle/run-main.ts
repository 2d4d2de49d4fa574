import { redactText } from '@laurel/telemetry'
import { ConfigError } from '../config/env-reader'
import { allocateYoung } from './young-allocation'

/** The part of `process` that is used here. */
export interface MainProcess {
  readonly stderr: { write(text: string): unknown }
  readonly exit: (code: number) => void
}

/**
 * The whole of a main.ts: runs main, and when it fails writes why to standard error and exits 1. A ConfigError is
 * written as its message alone, since its reader has to change variables, not code.
 */
export async function runMain(
  main: () => Promise<unknown>,
  { stderr, exit }: MainProcess = { stderr: process.stderr, exit: (code) => process.exit(code) },
): Promise<void> {
  allocateYoung()
  try {
    await main()
  } catch (error) {
    stderr.write(`${describe(error)}\n`)
    exit(1)
  }
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  return redactText(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
