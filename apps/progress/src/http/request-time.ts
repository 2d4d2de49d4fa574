import { Problem } from '@laurel/service-shell'

/**
 * The time that a request names, or now. One in the future counts as now.
 * @throws Problem 400 naming the field for a date that does not exist or lies before 1970
 */
export function requestTime(text: string | undefined, field: string, now: Date): Date {
  if (text === undefined) return now
  const time = new Date(text)
  if (Number.isNaN(time.getTime()) || time.getTime() < 0) throw Problem.badRequest('must be a date that exists, from 1970 on', field)
  return time > now ? now : time
}
