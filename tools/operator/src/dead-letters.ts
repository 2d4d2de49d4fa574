import { createKafka, deadLetterTopic, readTopic, replayDeadLetters, type Kafka, type RawRecord } from '@laurel/messaging'

/** One dead letter, as an operator reads it. */
export interface DeadLetterLine {
  readonly service: string
  readonly at: string
  readonly where: string
  readonly key: string | null
  readonly type: string | null
  readonly reason: string
}

export function operatorKafka(brokers: readonly string[]): Kafka {
  return createKafka({ brokers, clientId: 'laurel-operator' })
}

/** `<topic>:<partition>:<offset>` of the message that could not be taken. */
export function originOf(letter: RawRecord): string {
  return ['dl_topic', 'dl_partition', 'dl_offset'].map((name) => letter.headers[name] ?? '?').join(':')
}

/** The dead letters of these services, oldest first, whose reason contains the text. */
export async function listDeadLetters(kafka: Kafka, services: readonly string[], reason = ''): Promise<DeadLetterLine[]> {
  const lines: DeadLetterLine[] = []
  for (const service of services) {
    await readTopic(kafka, deadLetterTopic(service), (letter) => {
      const why = letter.headers['dl_reason'] ?? ''
      if (!why.includes(reason)) return
      lines.push({
        service,
        at: letter.headers['dl_at'] ?? letter.recordTime.toISOString(),
        where: originOf(letter),
        key: letter.key?.toString() ?? null,
        type: letter.headers['ce_type'] ?? null,
        reason: why,
      })
    })
  }
  return lines.sort((a, b) => a.at.localeCompare(b.at))
}

/** Replays a service's dead letters that match; what was replayed before is replayed again, which changes nothing. */
export function replay(kafka: Kafka, service: string, choice: { readonly reason?: string; readonly at?: string }) {
  return replayDeadLetters(kafka, service, (letter) => {
    if (choice.at !== undefined && originOf(letter) !== choice.at) return false
    return (letter.headers['dl_reason'] ?? '').includes(choice.reason ?? '')
  })
}
