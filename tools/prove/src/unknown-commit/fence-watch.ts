import { textAt, type Message } from './postgres-messages'

/** As the prepared statement that moves a consumer's fence is called: it makes a transaction a batch of records. */
export const FENCE_STATEMENT = 'fence-pass'

/** What became of a batch that was applied before: nothing, as it must be, or it was applied once more. */
export type Repeat = 'refused' | 'applied again'

/**
 * Sees on one connection whether a batch that the fence has passed is applied once more. Every consumer of today would do no harm
 * by that, so nothing that comes out tells of it.
 */
export class FenceWatch {
  /** The place to which the fence is asked to move; its answer is still to come. */
  private asked: bigint | undefined
  private isRepeat = false

  constructor(private readonly onRepeat: (repeat: Repeat) => void) {}

  /** A prepared statement is given its values. */
  bound(name: string, { body }: Message): void {
    if (name === FENCE_STATEMENT) this.asked = BigInt(valuesOf(body)[3]!)
  }

  /** A row of an answer. */
  row({ body }: Pick<Message, 'body'>): void {
    if (this.asked === undefined) return
    this.isRepeat = BigInt(fieldsOf(body, 0)[1]!) >= this.asked
    this.asked = undefined
  }

  /** A statement is run, the one that moves the fence excepted. */
  ran(isEnd: boolean): void {
    if (!this.isRepeat) return
    this.isRepeat = false
    this.onRepeat(isEnd ? 'refused' : 'applied again')
  }
}

/** The values of a Bind message as text: after two names and the formats. */
function valuesOf(body: Buffer): string[] {
  const [, afterPortal] = textAt(body, 0)
  const [, formats] = textAt(body, afterPortal)
  return fieldsOf(body, formats + 2 + 2 * body.readInt16BE(formats))
}

/** A number of fields, and each with its length before it. */
function fieldsOf(body: Buffer, at: number): string[] {
  const fields: string[] = []
  let next = at + 2
  for (let left = body.readInt16BE(at); left > 0; left--) {
    const end = next + 4 + Math.max(0, body.readInt32BE(next))
    fields.push(body.toString('utf8', next + 4, end))
    next = end
  }
  return fields
}
