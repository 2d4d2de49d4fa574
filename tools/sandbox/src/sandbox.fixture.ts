import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox, type RunningSandbox, type SandboxOptions } from './sandbox'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON, or null when the answer has no body. */
  readonly body: unknown
}

/** A sandbox on free loopback ports with its data in a new temporary directory. */
export class SandboxFixture {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'laurel-sandbox-'))
  private running: RunningSandbox

  async start(options: SandboxOptions = { slowMs: 1 }): Promise<void> {
    this.running = await startSandbox({ host: '127.0.0.1', port: 0, smtpPort: 0, dataDir: this.dataDir }, options)
  }

  /** As after a crash of the process: the memory is gone, the data directory is not. */
  async restart(): Promise<void> {
    await this.running.close()
    await this.start()
  }

  async stop(): Promise<void> {
    await this.running.close()
    rmSync(this.dataDir, { recursive: true })
  }

  get smtpPort(): number {
    return this.running.smtpPort
  }

  get url(): string {
    return this.running.url
  }

  /** A string body is sent as it is, anything else as JSON. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(this.url + path, {
      method,
      body: text,
      headers: { ...(text !== undefined && { 'content-type': 'application/json' }), ...headers },
    })
    const answer = await response.text()
    return { status: response.status, headers: response.headers, body: answer === '' ? null : JSON.parse(answer) }
  }

  /** The keys of the accepted effects on a target. */
  async keys(target: string): Promise<string[]> {
    const { body } = await this.call('GET', `/_ledger?target=${target}&body=false`)
    return (body as { key: string }[]).map(({ key }) => key)
  }
}
