import { ApiParam, ApiProperty, getSchemaPath } from '@nestjs/swagger'

/** One value for each kind of field, the same in every example of every service. */
export const EXAMPLE = {
  user: '11111111-1111-4111-8111-111111111111',
  version: '22222222-2222-4222-8222-222222222222',
  lesson: '33333333-3333-4333-8333-333333333333',
  quiz: '44444444-4444-4444-8444-444444444444',
  course: '55555555-5555-4555-8555-555555555555',
  org: '66666666-6666-4666-8666-666666666666',
  import: '77777777-7777-4777-8777-777777777777',
  completion: '88888888-8888-4888-8888-888888888888',
  admin: '99999999-9999-4999-8999-999999999999',
  time: '2026-01-05T09:30:00.000Z',
  cursor: 'MjIyMjIyMjI',
} as const

type Id = Exclude<keyof typeof EXAMPLE, 'time' | 'cursor'>

export const IdBody = (of: Id) => ApiProperty({ format: 'uuid', example: EXAMPLE[of] })
export const NullableIdBody = (of: Id, description: string) =>
  ApiProperty({ type: String, format: 'uuid', nullable: true, description, example: EXAMPLE[of] })
export const TextBody = (description: string, example: string) => ApiProperty({ description, example })
export const NullableTextBody = (description: string, example: string) =>
  ApiProperty({ type: String, nullable: true, description, example })
export const TimeBody = (description: string) => ApiProperty({ format: 'date-time', description, example: EXAMPLE.time })
export const NullableTimeBody = (description: string) =>
  ApiProperty({ type: String, format: 'date-time', nullable: true, description, example: EXAMPLE.time })
export const CountBody = (description: string, example: number) => ApiProperty({ type: 'integer', minimum: 0, description, example })
export const NullableNumberBody = (description: string, example: number, maximum?: number) =>
  ApiProperty({ type: Number, minimum: 0, ...(maximum === undefined ? {} : { maximum }), nullable: true, description, example })
export const FlagBody = (description: string) => ApiProperty({ description, example: true })
export const NullableEnumBody = (values: readonly string[], description: string) =>
  ApiProperty({ type: String, enum: [...values, null], nullable: true, description, example: values[0] })
/** A list of bodies of one class. */
export const ListBody = (type: new () => object, description: string) => ApiProperty({ type: [type], description })
/** Of a class that is among the controller's ApiExtraModels. A nullable reference would still ask null to be an object of the class. */
export const NullableBody = (type: new () => object, description: string) =>
  ApiProperty({ description, oneOf: [{ $ref: getSchemaPath(type) }, { type: 'object', nullable: true, enum: [null] }] })
/** `next_cursor` of every list. */
export const NextCursorBody = (example: string = EXAMPLE.cursor) =>
  ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page; null on the last', example })

/** Documents a UUID in the path, beside `@Param(name, UuidPipe)`. */
export const UuidParam = (name: string, description: string, of: Id) =>
  ApiParam({ name, description, schema: { type: 'string', format: 'uuid', example: EXAMPLE[of] } })
