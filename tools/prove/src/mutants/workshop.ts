import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { REPOSITORY } from '@laurel/dev-stack'
import { mutated, type Mutant } from './mutant'

const ROOMS = ['apps', 'libs', 'tools', 'deploy', 'docs']
const FILES = ['jest.config.cjs', 'package.json', 'tsconfig.base.json', 'README.md']
/** Built, installed or kept by a tool: nothing that a spec compiles from. */
const LEFT_OUT = new Set(['dist', 'node_modules', 'coverage', '.nx', '.laurel'])

/** A copy of the repository's sources as they stand, in which bugs are made: the working tree is never touched. */
export class Workshop {
  private constructor(readonly dir: string) {}

  static build(dir: string): Workshop {
    mkdirSync(dir, { recursive: true })
    for (const name of [...ROOMS, ...FILES]) {
      cpSync(join(REPOSITORY, name), join(dir, name), { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) })
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(dir, 'node_modules'))
    return new Workshop(dir)
  }

  /**
   * Runs `work` while the bug is in the copy, and takes it out again.
   *
   * @throws Error when the bug's text is not there exactly once
   */
  async with<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.dir, mutant.file)
    const source = readFileSync(path, 'utf8')
    writeFileSync(path, mutated(source, mutant))
    try {
      return await work()
    } finally {
      writeFileSync(path, source)
    }
  }
}
