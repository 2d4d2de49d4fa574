import type { UnsentStatement } from '../persistence/statement-store'
import type { Answer } from './answer'

/** Where statements go and where it is written down what became of them. */
export interface Delivery {
  store(statements: readonly UnsentStatement[]): Promise<Answer>
  sent(statements: readonly UnsentStatement[]): Promise<void>
  failed(statement: UnsentStatement, reason: string): Promise<void>
}

export type DeliveryOutcome =
  /** Each statement is sent or failed. */
  | { readonly kind: 'settled' }
  /** What is not settled yet is to be sent again. */
  | Extract<Answer, { kind: 'later' | 'unavailable' }>

const CONFLICT = 409

/**
 * Sends a batch. One that is refused is halved, left half first, down to the statements that are refused alone: so one
 * bad statement among n costs about 2·log2(n) calls and holds up none of the others. A statement in conflict is one
 * that the store already has under its id: it is delivered, whatever its first version said.
 */
export async function deliver(statements: readonly UnsentStatement[], delivery: Delivery): Promise<DeliveryOutcome> {
  const answer = await delivery.store(statements)
  switch (answer.kind) {
    case 'stored':
      await delivery.sent(statements)
      return { kind: 'settled' }
    case 'refused':
      if (statements.length > 1) return deliverHalves(statements, delivery)
      if (answer.status === CONFLICT) await delivery.sent(statements)
      else await delivery.failed(statements[0]!, answer.reason)
      return { kind: 'settled' }
    case 'later':
    case 'unavailable':
      return answer
    default:
      return answer satisfies never
  }
}

async function deliverHalves(statements: readonly UnsentStatement[], delivery: Delivery): Promise<DeliveryOutcome> {
  const middle = statements.length >> 1
  const left = await deliver(statements.slice(0, middle), delivery)
  return left.kind === 'settled' ? deliver(statements.slice(middle), delivery) : left
}
