/**
 * Compares the event schemas with the released ones in libs/contracts/compatibility; exit code 1 when a change breaks
 * them. With --accept a compatible change becomes released: node libs/contracts/scripts/check-compatibility.ts --accept
 */
import { join } from 'node:path'
import { acceptSchemas } from './accept-schemas.ts'
import { incompatibilities } from './incompatibilities.ts'
import { readSchemas } from './schema-files.ts'

const current = readSchemas(join(import.meta.dirname, '..', 'src'))
const released = join(import.meta.dirname, '..', 'compatibility')

const accept = process.argv.includes('--accept')
const breaks = accept ? acceptSchemas(current, released) : incompatibilities(readSchemas(released), current)

for (const found of breaks) console.error(found)
if (breaks.length > 0) {
  console.error('Keep the released version as it is and add the change as a new version with an upcaster.')
  process.exitCode = 1
} else {
  console.log(accept ? `${current.size} schemas are released` : `${current.size} schemas are compatible`)
}
