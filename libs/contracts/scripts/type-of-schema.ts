import { compile } from 'json-schema-to-typescript'
import type { Schema } from './schema-files.ts'

const HEADER = '// Generated from the JSON Schema beside it by libs/contracts/scripts/write-types.ts: change the schema instead.'

/** TypeScript source of the type that a schema describes, named by the schema's title. The same schema gives the same text. */
export function typeOfSchema(schema: Schema): Promise<string> {
  return compile(schema, String(schema['title']), {
    bannerComment: HEADER,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
}
