import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf, readSchemas } from './schema-files.ts'
import { typeOfSchema } from './type-of-schema.ts'

const events = join(__dirname, '../src')

it.each([...readSchemas(events)])('%s.type.ts says what its schema says (else run scripts/write-types.ts)', async (event, schema) => {
  const written = readFileSync(join(events, folderOf(event), `${event}.type.ts`), 'utf8')
  expect(written).toBe(await typeOfSchema(schema))
})

it('makes required, optional, chosen and nested fields of a schema', async () => {
  const type = await typeOfSchema({
    title: 'Example',
    type: 'object',
    required: ['of'],
    properties: {
      of: { type: 'array', maxItems: 2, items: { type: 'string', format: 'uuid' } },
      kind: { type: 'string', enum: ['a', 'b'] },
      inner: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
    },
  })
  expect(type.replace(/\/\*\*.*?\*\//gs, '').replace(/\s+/g, ' ')).toContain(
    "export interface Example { of: string[] kind?: 'a' | 'b' inner?: { n: number } }",
  )
})
