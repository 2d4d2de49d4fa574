import type { Kafka } from '@laurel/messaging'
import type { Findings } from '../../findings'
import { withClient } from '../../stage/with-client'
import type { Model } from '../model'
import type { RestClient } from '../rest-client'
import { checkAnnouncements } from './check-announcements'
import { checkAttempts } from './check-attempts'
import { checkAnswers, checkEnrollments, summing } from './check-enrollments'
import { checkLessons } from './check-lessons'
import { checkRefused } from './check-refused'
import { readCycles } from './cycles'

export interface Comparison {
  readonly adminUrl: string
  readonly kafka: Kafka
  readonly rest: RestClient
  readonly model: Model
  readonly findings: Findings
}

/** Compares every row, event, dead letter and answer of progress with the model. Returns how much there was. */
export function compare({ adminUrl, kafka, rest, model, findings }: Comparison): Promise<Record<string, number>> {
  return withClient(adminUrl, async (client) => {
    const cycles = await readCycles(client)
    const lessons = await checkLessons(client, model, cycles, findings)
    const attempts = await checkAttempts(client, model, cycles, findings)
    const sumOf = summing(lessons, attempts)
    const enrollments = await checkEnrollments(client, model, cycles, sumOf, findings)
    await checkAnswers(rest, model, sumOf, findings)
    const repeats = await checkAnnouncements(kafka, model, { attempts, enrollments, cycles }, findings)
    await checkRefused(kafka, client, model, findings)
    const { rows } = await client.query<{ lessons: string; renewed: string }>(
      `select (select count(*) from progress.lesson_progress) as lessons, (select count(*) from progress.enrollments_archive) as renewed`,
    )
    return {
      'lesson rows': Number(rows[0]!.lessons),
      'closed cycles': Number(rows[0]!.renewed),
      'dead letters': model.deadLetters.size,
      'events delivered again': repeats,
    }
  })
}
