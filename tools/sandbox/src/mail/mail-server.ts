import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Faults } from '../faults/faults'
import { underFault, type Slowness } from '../faults/under-fault'
import type { EffectLog } from '../ledger/effect-log'
import { readMail } from './read-mail'

const SIZE_LIMIT = 25 * 1024 * 1024
const A_DAY_MS = 24 * 3600 * 1000

export interface MailOptions {
  readonly log: EffectLog
  readonly faults: Faults
  readonly slowness: Slowness
  readonly onError: (error: unknown) => void
}

/** How each refusing fault sounds in SMTP: both are temporary, the sender may try again (RFC 5321 section 4.2.1). */
const REPLIES = {
  500: { responseCode: 451, message: 'Local error, a fault set with POST /_faults' },
  429: { responseCode: 450, message: 'Too many messages, a fault set with POST /_faults' },
}

/**
 * An SMTP server that takes any sender, recipient and login, and records every message that it accepts; a message sent
 * twice is two effects with one key. Faults strike when the message has arrived.
 */
export function createMailServer({ log, faults, slowness, onError }: MailOptions): SMTPServer {
  const sockets = new Map<string, Socket>()
  const receive = async (content: Buffer, session: SMTPServerSession): Promise<Error | null | undefined> => {
    const { mailFrom, rcptTo } = session.envelope
    const from = mailFrom === false ? '' : mailFrom.address
    const to = rcptTo.map(({ address }) => address)
    const { messageId, subject, source } = readMail(content)
    const effect = () => log.record([{ key: messageId, body: { from, to, subject, source } }])
    const outcome = await underFault(faults.draw('mail'), effect, slowness)
    if (outcome.kind === 'answered') return null
    if (outcome.kind === 'refused') return Object.assign(new Error(), REPLIES[outcome.status])
    if (outcome.kind === 'reset') sockets.get(addressOf(session))?.resetAndDestroy()
    return undefined
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: SIZE_LIMIT,
    // A hanging message gets no answer for as long as its sender waits.
    socketTimeout: A_DAY_MS,
    logger: false,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? 'any' }),
    onData: (stream, session, done) => {
      buffer(stream)
        .then(async (content) => {
          if (stream.sizeExceeded) return done(Object.assign(new Error('Message too large'), { responseCode: 552 }))
          const refusal = await receive(content, session)
          if (refusal !== undefined) done(refusal)
        })
        .catch((error: unknown) => {
          onError(error)
          done(Object.assign(new Error('The sandbox failed'), { responseCode: 451 }))
        })
    },
  })
  server.server.on('connection', (socket: Socket) => {
    const address = addressOf(socket)
    sockets.set(address, socket)
    socket.once('close', () => sockets.delete(address))
  })
  // A sender that cuts its connection is no failure of the sandbox.
  server.on('error', () => {})
  return server
}

function addressOf({ remoteAddress, remotePort }: { remoteAddress?: string; remotePort?: number }): string {
  // The session writes an IPv4 client of an IPv6 listener as plain IPv4, the socket does not.
  return `${remoteAddress?.replace('::ffff:', '')} ${remotePort}`
}
