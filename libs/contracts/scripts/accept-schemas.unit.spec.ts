import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acceptSchemas } from './accept-schemas.ts'
import { readSchemas, type Schemas } from './schema-files.ts'

const thing = (properties: object): Schemas => new Map([['thing.v1', { type: 'object', properties }]])
const first = thing({ id: { type: 'string' } })

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'released-'))))
afterEach(() => rmSync(folder, { recursive: true }))

it('releases first schemas and compatible changes', () => {
  const wider = thing({ id: { type: 'string' }, note: { type: 'string' } })
  expect(acceptSchemas(first, folder)).toEqual([])
  expect(readSchemas(folder)).toEqual(first)
  expect(acceptSchemas(wider, folder)).toEqual([])
  expect(readSchemas(folder)).toEqual(wider)
})

it('refuses an incompatible change and keeps what was released', () => {
  acceptSchemas(first, folder)
  const retyped = new Map([...thing({ id: { type: 'integer' } }), ['other.v1', {}]])
  expect(acceptSchemas(retyped, folder)).toEqual(['thing.v1: id: type changed from "string" to "integer"'])
  expect(readSchemas(folder)).toEqual(first)
})
