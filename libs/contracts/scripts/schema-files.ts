import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export type Schema = Readonly<Record<string, unknown>>

/** Schemas by event and version, for example `lesson-completed.v1`. */
export type Schemas = ReadonlyMap<string, Schema>

/** What the name of a schema's file ends in, after the event and version. */
export const SCHEMA_FILE = '.schema.json'

/** Where the event of a schema, such as `lesson-completed.v1`, keeps its files: `lesson-completed`. */
export function folderOf(event: string): string {
  return event.replace(/\.v\d+$/, '')
}

/** Every schema under a folder, however deep, in the order of the names. Throws when a file is not JSON. */
export function readSchemas(folder: string): Schemas {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(SCHEMA_FILE))
  return new Map(paths.sort().map((path) => [basename(path, SCHEMA_FILE), readSchema(join(folder, path))]))
}

function readSchema(path: string): Schema {
  return JSON.parse(readFileSync(path, 'utf8')) as Schema
}
