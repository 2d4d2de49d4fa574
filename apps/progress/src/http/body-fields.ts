import { ApiProperty } from '@nestjs/swagger'
import { ENROLLMENT_STATUSES } from './query-fields'

export const EXAMPLE = {
  user: '11111111-1111-4111-8111-111111111111',
  version: '22222222-2222-4222-8222-222222222222',
  lesson: '33333333-3333-4333-8333-333333333333',
  quiz: '44444444-4444-4444-8444-444444444444',
  course: '55555555-5555-4555-8555-555555555555',
  org: '66666666-6666-4666-8666-666666666666',
  import: '77777777-7777-4777-8777-777777777777',
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
export const PercentageBody = (description: string) => ApiProperty({ minimum: 0, maximum: 100, description, example: 50 })
export const CountBody = (description: string, example: number) => ApiProperty({ type: 'integer', minimum: 0, description, example })
export const NullableNumberBody = (description: string, example: number, maximum?: number) =>
  ApiProperty({ type: Number, minimum: 0, ...(maximum === undefined ? {} : { maximum }), nullable: true, description, example })

export const StatusBody = () => ApiProperty({ enum: ENROLLMENT_STATUSES, example: 'active' })
export const LessonStatusBody = () => ApiProperty({ enum: ['not_started', 'in_progress', 'completed'], example: 'in_progress' })
export const CycleBody = () => ApiProperty({ type: 'integer', minimum: 1, description: 'The open cycle', example: 1 })
/** The percentage of an enrollment. */
export const StandingBody = () => PercentageBody('By the course rule; 100 once completed')
/** A list of bodies of one class. */
export const ListBody = (type: new () => object, description: string) => ApiProperty({ type: [type], description })
export const NextCursorBody = () =>
  ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page; null on the last', example: EXAMPLE.cursor })

export function toTime(date: Date | null): string | null {
  return date?.toISOString() ?? null
}
