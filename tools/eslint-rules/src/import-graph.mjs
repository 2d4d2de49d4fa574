import { readFileSync, statSync } from 'node:fs'
import ts from 'typescript'
import { targetOf } from './places.mjs'

const known = new Map()

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true

function resolveFile(target) {
  const bare = target.replace(/\.([cm]?)[jt]s$/, '')
  return [target, `${bare}.ts`, `${bare}.mts`, `${bare}.mjs`, `${target}.ts`, `${target}/index.ts`].find(isFile) ?? null
}

/** The file of this repository that a relative import means, or null (a package, a missing file). */
export function fileOf(filename, source) {
  const target = targetOf(filename, source)
  return target && resolveFile(target)
}

/** The files that a file imports by relative path, type imports included. Read again when the file has changed. */
export function importsOf(filename) {
  const { mtimeMs } = statSync(filename)
  const entry = known.get(filename)
  if (entry?.mtimeMs === mtimeMs) return entry.imports
  const { importedFiles } = ts.preProcessFile(readFileSync(filename, 'utf8'), true, true)
  const imports = importedFiles.map(({ fileName }) => fileOf(filename, fileName)).filter((file) => file !== null)
  known.set(filename, { mtimeMs, imports })
  return imports
}

/** A shortest chain of imports from one file to another, both ends included, or null when there is none. */
export function chain(from, to) {
  const cameFrom = new Map([[from, null]])
  for (const file of cameFrom.keys()) {
    if (file === to) return backtrack(cameFrom, to)
    for (const next of importsOf(file)) if (!cameFrom.has(next)) cameFrom.set(next, file)
  }
  return null
}

function backtrack(cameFrom, last) {
  const files = []
  for (let file = last; file !== null; file = cameFrom.get(file)) files.unshift(file)
  return files
}
