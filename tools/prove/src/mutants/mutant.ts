/** A bug that is put into the code on purpose, and the specs that must not let it pass. */
export interface Mutant {
  /** As it is called by: `npm run prove -- mutants --only <name>`. */
  readonly name: string
  /** What is broken, in words. */
  readonly breaks: string
  /** From the root of the repository. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly text: string
  readonly replacement: string
  /** From the root of the repository; unit and integration specs. */
  readonly specs: readonly string[]
}

/**
 * The source with the bug in it.
 *
 * @throws Error when the text is not there exactly once: the code has moved on, and the list must follow
 */
export function mutated(source: string, { name, file, text, replacement }: Mutant): string {
  const parts = source.split(text)
  if (parts.length !== 2) throw new Error(`${name}: its text occurs ${parts.length - 1} times in ${file}, and must occur once`)
  return parts.join(replacement)
}
