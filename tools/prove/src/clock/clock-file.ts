import { renameSync, writeFileSync } from 'node:fs'

/** Beside the file that sets a clock lies the one in which the process says that it has read it: `<process id> <milliseconds>`. */
export const ACKNOWLEDGED = '.read'

/** A reader sees all of the text or what was there before. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
