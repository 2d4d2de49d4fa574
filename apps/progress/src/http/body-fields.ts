import { ApiProperty } from '@nestjs/swagger'
import { ENROLLMENT_STATUSES } from './query-fields'

export const PercentageBody = (description: string) => ApiProperty({ minimum: 0, maximum: 100, description, example: 50 })
export const StatusBody = () => ApiProperty({ enum: ENROLLMENT_STATUSES, example: 'active' })
export const LessonStatusBody = () => ApiProperty({ enum: ['not_started', 'in_progress', 'completed'], example: 'in_progress' })
export const CycleBody = () => ApiProperty({ type: 'integer', minimum: 1, description: 'The open cycle', example: 1 })
/** The percentage of an enrollment. */
export const StandingBody = () => PercentageBody('By the course rule; 100 once completed')

export function toTime(date: Date | null): string | null {
  return date?.toISOString() ?? null
}
