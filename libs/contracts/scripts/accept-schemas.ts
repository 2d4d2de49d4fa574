import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { incompatibilities } from './incompatibilities.ts'
import { readSchemas, SCHEMA_FILE, type Schemas } from './schema-files.ts'

/**
 * Makes `current` the released schemas in a folder. When anything breaks the schemas released before, writes nothing
 * and returns every break; otherwise returns an empty list.
 */
export function acceptSchemas(current: Schemas, released: string): string[] {
  mkdirSync(released, { recursive: true })
  const breaks = incompatibilities(readSchemas(released), current)
  if (breaks.length > 0) return breaks
  for (const [event, schema] of current) {
    writeFileSync(join(released, event + SCHEMA_FILE), JSON.stringify(schema, null, 2) + '\n')
  }
  return []
}
