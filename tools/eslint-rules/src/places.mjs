import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. Taken from this file, so it holds whatever directory ESLint was started in. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')

/**
 * Where a file lives: `{ kind, name, room, path, folder, file }`, for example for
 * apps/progress/src/domain/revision.ts: kind `apps`, name `progress`, room `apps/progress`, path `src/domain/revision.ts`,
 * folder `domain` ('' for a file directly in src/, null outside src/), file `revision.ts`.
 * Null for a file that belongs to no room.
 */
export function placeOf(filename) {
  const parts = relative(ROOT, filename).split(sep)
  const [kind, name, ...inner] = parts
  if (!['apps', 'libs', 'tools'].includes(kind) || inner.length === 0) return null
  const folder = inner[0] !== 'src' ? null : inner.length > 2 ? inner[1] : ''
  return { kind, name, room: `${kind}/${name}`, path: inner.join('/'), folder, file: inner.at(-1) }
}

/** The absolute path that a relative import means, or null when the import is not relative. */
export function targetOf(filename, source) {
  return /^\.\.?(\/|$)/.test(source) ? resolve(dirname(filename), source) : null
}

export const isSpec = (filename) => /\.(spec|test)\.[cm]?ts$/.test(filename)

/** A path as the messages show it: from the repository's root, with forward slashes. */
export const shown = (filename) => relative(ROOT, filename).split(sep).join('/')
