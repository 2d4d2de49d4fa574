import { IsNumber, IsUUID, Max, Min } from 'class-validator'

export class UpdateProgressDto {
  @IsUUID()
  lesson_id: string

  @IsNumber()
  @Min(0)
  @Max(100)
  progress_percentage: number
}
