/** Writes the type of every event schema beside it: node libs/contracts/scripts/write-types.ts */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf, readSchemas } from './schema-files.ts'
import { typeOfSchema } from './type-of-schema.ts'

const events = join(import.meta.dirname, '..', 'src')

for (const [event, schema] of readSchemas(events)) {
  writeFileSync(join(events, folderOf(event), `${event}.type.ts`), await typeOfSchema(schema))
}
