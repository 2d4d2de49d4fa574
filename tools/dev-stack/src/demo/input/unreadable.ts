import { InputError } from './input-error'

/** A file that is missing or may not be read is an error of the input; other errors are returned as they are. */
export function unreadable(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOENT') return new InputError(path, null, 'there is no such file')
  if (code === 'EISDIR' || code === 'EACCES') return new InputError(path, null, `cannot be read (${code})`)
  return error
}
