import type { Passage, Tap } from '../link/tap'
import { FENCE_STATEMENT, FenceWatch, type Repeat } from './fence-watch'
import { MessageReader, textAt, type Message } from './postgres-messages'

/** What is committed: a batch of records, another transaction, or one statement that is a transaction by itself. */
export type CommitKind = 'batch' | 'transaction' | 'statement'

/** The request never reaches the server, or the answer never reaches the client. */
export type Side = 'request' | 'reply'

export interface Cut {
  readonly kind: CommitKind
  readonly side: Side
  /** Whether the server said that it had committed. */
  readonly isCommitted: boolean
  /** The role that logged in. */
  readonly user: string
}

export interface CommitTapOptions {
  /** Asked at each commit: what to drop of it; undefined lets it be. */
  readonly draw: (kind: CommitKind) => Side | undefined
  readonly onCut: (cut: Cut) => void
  /** A batch was given again that the fence had passed. */
  readonly onRepeat: (repeat: Repeat) => void
}

const COMMIT = /^\s*commit\b/i
const END = /^\s*(commit|rollback)\b/i
/** A whole transaction in one message, as pg-boss sends them. */
const TRANSACTION = /^\s*begin\b[^]*\bcommit\b/i
const WRITE = /^\s*(insert|update|delete|merge|with)\b/i
const NOTHING = Buffer.alloc(0)

interface PendingCommit {
  readonly kind: CommitKind
  isRefused: boolean
}

/** Follows one connection to Postgres, and cuts it at commits: before the server has the request, or when it has answered. */
export class CommitTap implements Tap {
  private readonly requests = new MessageReader(true)
  private readonly answers = new MessageReader(false)
  /** Text by name of prepared statement. */
  private readonly prepared = new Map<string, string>()
  private bound = ''
  private readonly fence: FenceWatch
  private isBatch = false
  private user = ''
  private isIdle = true
  /** A commit that the server is at; its answer is held back. */
  private pending: PendingCommit | undefined

  constructor(private readonly o: CommitTapOptions) {
    this.fence = new FenceWatch(o.onRepeat)
  }

  fromClient(bytes: Buffer): Passage {
    const passed: Buffer[] = []
    for (const message of this.requests.read(bytes)) {
      const kind = this.commitOf(message)
      const side = kind && this.o.draw(kind)
      if (kind && side === 'request') {
        this.o.onCut({ kind, side, isCommitted: false, user: this.user })
        return { pass: Buffer.concat(passed), cut: true }
      }
      if (kind && side === 'reply') this.pending = { kind, isRefused: false }
      passed.push(message.raw)
    }
    return { pass: Buffer.concat(passed), cut: false }
  }

  fromServer(bytes: Buffer): Passage {
    const passed: Buffer[] = []
    for (const { type, body, raw } of this.answers.read(bytes)) {
      if (type === 'D') this.fence.row({ body })
      if (this.pending === undefined) passed.push(raw)
      else if (isRefusal(type, body)) this.pending.isRefused = true
      if (type !== 'Z') continue
      this.isIdle = body.toString() === 'I'
      if (this.isIdle) this.isBatch = false
      if (this.pending === undefined) continue
      const { kind, isRefused } = this.pending
      this.o.onCut({ kind, side: 'reply', isCommitted: !isRefused && this.isIdle, user: this.user })
      return { pass: NOTHING, cut: true }
    }
    return { pass: Buffer.concat(passed), cut: false }
  }

  /** Keeps what later messages refer to. Returns what the message commits. */
  private commitOf(message: Message): CommitKind | undefined {
    const { type, body } = message
    if (type === '') this.user = userOf(body)
    if (type === 'Q') return this.kindOf(textAt(body, 0)[0])
    if (type === 'P') {
      const [name, next] = textAt(body, 0)
      this.prepared.set(name, textAt(body, next)[0])
    }
    if (type === 'B') {
      const [name] = textAt(body, textAt(body, 0)[1])
      this.bound = this.prepared.get(name) ?? ''
      if (name === FENCE_STATEMENT) this.isBatch = true
      this.fence.bound(name, message)
    }
    return type === 'E' ? this.kindOf(this.bound) : undefined
  }

  /** What a statement commits that is run now. */
  private kindOf(text: string): CommitKind | undefined {
    this.fence.ran(END.test(text))
    if (!this.isIdle) return COMMIT.test(text) ? (this.isBatch ? 'batch' : 'transaction') : undefined
    return WRITE.test(text) || TRANSACTION.test(text) ? 'statement' : undefined
  }
}

/** An error, or a COMMIT of a failed transaction, which is answered by ROLLBACK. */
function isRefusal(type: string, body: Buffer): boolean {
  return type === 'E' || (type === 'C' && textAt(body, 0)[0] === 'ROLLBACK')
}

/** The `user` of a startup message: after four bytes of version, names and values in turn. */
function userOf(body: Buffer): string {
  for (let at = 4; body[at];) {
    const [name, afterName] = textAt(body, at)
    const [value, next] = textAt(body, afterName)
    if (name === 'user') return value
    at = next
  }
  return ''
}
