import { applyDecorators } from '@nestjs/common'
import { ApiBody } from '@nestjs/swagger'
import { EXAMPLE, SchemaPipe } from '@laurel/service-shell'
import { isRequestTime, REQUEST_TIME } from './request-time'

/** What a learner did in one lesson. */
export interface LessonReport {
  /** In any case. */
  readonly lesson_id: string
  /** 0-100; 100 completes the lesson. */
  readonly progress_percentage: number
  /** RFC 3339; now unless given. */
  readonly occurred_at?: string
}

/** One report, or 1 to 100 under `items`. */
export type ProgressReport = Partial<LessonReport> & { readonly items?: readonly LessonReport[] }

const FIELDS = {
  lesson_id: { type: 'string', format: 'uuid' },
  progress_percentage: { type: 'number', minimum: 0, maximum: 100 },
  occurred_at: { type: 'string', format: 'date-time' },
}
const ONE = { type: 'object', additionalProperties: false, required: ['lesson_id', 'progress_percentage'], properties: FIELDS }
const ITEMS = { items: { type: 'array', minItems: 1, maxItems: 100, items: ONE } }
/** Of one report and of several: which of them a body is, the controller says better than a schema can. */
const SCHEMA = { type: 'object', additionalProperties: false, properties: { ...FIELDS, ...ITEMS } }

/** The hot route's: ajv costs a fraction of what a DTO class does. */
export const PROGRESS_REPORT = new SchemaPipe<ProgressReport>(SCHEMA, { 'date-time': { test: isRequestTime, detail: REQUEST_TIME } })

const report = { lesson_id: EXAMPLE.lesson, progress_percentage: 100 }
export const ApiProgressReport = (): MethodDecorator =>
  applyDecorators(
    ApiBody({
      schema: {
        description: 'One lesson, or up to 100 under items; occurred_at is now unless given',
        oneOf: [ONE, { type: 'object', additionalProperties: false, required: ['items'], properties: ITEMS }],
      },
      examples: {
        one: { summary: 'One lesson', value: report },
        several: { summary: 'Several lessons', value: { items: [{ ...report, occurred_at: EXAMPLE.time }] } },
      },
    }),
  )
