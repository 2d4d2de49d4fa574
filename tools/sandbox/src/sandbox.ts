import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { assessmentRoutes } from './assessment'
import type { SandboxConfig } from './config'
import { credlyRoutes } from './credly/credly-routes'
import { directoryRoutes } from './directory'
import { faultRoutes } from './faults/fault-routes'
import { Faults } from './faults/faults'
import { graphyRoutes } from './graphy/graphy-routes'
import { hrRoutes } from './hr'
import { createHttpServer } from './http/server'
import { iamRoutes } from './iam/iam-routes'
import { SigningKeys } from './iam/signing-keys'
import { Ledger } from './ledger/ledger'
import { ledgerRoutes } from './ledger/ledger-routes'
import { lrsRoutes } from './lrs/lrs-routes'
import { createMailServer } from './mail/mail-server'

export interface RunningSandbox {
  /** Base address of HTTP, without a trailing slash. */
  readonly url: string
  readonly smtpPort: number
  /** Cuts every connection and returns when both ports are free and the files are closed. */
  close(): Promise<void>
}

export interface SandboxOptions {
  /** What the fault `slow` adds to a call, in milliseconds; 2000 by default. */
  readonly slowMs?: number
  /** Decides with the rate whether a call meets a fault; Math.random by default. */
  readonly random?: () => number
  /** Told of every unexpected failure. */
  readonly onError?: (error: unknown) => void
}

/** Starts the stand-ins on one HTTP and one SMTP port. Rejects when a port is taken or the data cannot be read. */
export async function startSandbox(config: SandboxConfig, options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { slowMs = 2000, random, onError = () => {} } = options
  const closing = new AbortController()
  const slowness = { slowMs, signal: closing.signal }
  const report = (error: unknown) => closing.signal.aborted || onError(error)
  mkdirSync(config.dataDir, { recursive: true })
  const ledger = await Ledger.open(config.dataDir)
  const keys = await SigningKeys.open(config.dataDir)
  const faults = new Faults(random)
  const routes = [
    { method: 'GET' as const, path: '/livez', answer: () => ({ status: 200, body: { status: 'ok' } }) },
    ...faultRoutes(faults),
    ...ledgerRoutes(ledger),
    ...iamRoutes(keys),
    ...directoryRoutes(),
    ...assessmentRoutes(),
    ...credlyRoutes(ledger.of('credly')),
    ...lrsRoutes(ledger.of('lrs')),
    ...hrRoutes(ledger.of('hr')),
    ...graphyRoutes(),
  ]
  const http = createHttpServer({ routes, faults, slowness, onError: report })
  const mail = createMailServer({ log: ledger.of('mail'), faults, slowness, onError: report }).server
  const stops = [http, mail].map(stopper)
  const close = async () => {
    closing.abort()
    await Promise.all(stops.map((stop) => stop()))
    ledger.close()
  }
  try {
    const port = await listen(http, config.port, config.host)
    const smtpPort = await listen(mail, config.smtpPort, config.host)
    const name = config.host.includes(':') ? `[${config.host}]` : config.host
    return { url: `http://${name}:${port}`, smtpPort, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Returns what closes the server and the connections that it then has. */
function stopper(server: Server): () => Promise<void> {
  const open = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of open) socket.destroy()
    await closed
  }
}
