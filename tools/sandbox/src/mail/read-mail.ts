import { randomUUID } from 'node:crypto'

export interface Mail {
  /** With its angle brackets, as the header has it. */
  readonly messageId: string
  /** As the header has it, not decoded; empty without one. */
  readonly subject: string
  /** The whole message, headers and body. */
  readonly source: string
}

/** Reads an RFC 5322 message; one without a Message-ID gets one, as a mail server would give it. */
export function readMail(content: Buffer): Mail {
  const source = content.toString('utf8')
  const head = source.split(/\r?\n\r?\n/, 1)[0]!.replace(/\r?\n(?=[ \t])/g, '')
  const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  return { messageId: header('message-id') || `<${randomUUID()}@sandbox.example>`, subject: header('subject'), source }
}
