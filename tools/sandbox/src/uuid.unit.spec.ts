import { isUuid, uuidOf } from './uuid'

it('draws one UUID of version 8 from one text', () => {
  expect(uuidOf('a')).toBe(uuidOf('a'))
  expect(uuidOf('a')).not.toBe(uuidOf('b'))
  expect(uuidOf('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('knows a UUID, of either case', () => {
  expect(isUuid('1A2b3c4d-0000-4000-8000-000000000001')).toBe(true)
  expect(isUuid('1a2b3c4d00004000800000000000000 1')).toBe(false)
  expect(isUuid(7)).toBe(false)
})
