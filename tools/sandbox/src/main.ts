import { readConfig } from './config'
import { startSandbox } from './sandbox'

const say = (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`)

async function main(): Promise<void> {
  const onError = (error: unknown) => say({ level: 'error', msg: 'request failed', error: String(error) })
  const sandbox = await startSandbox(readConfig(), { onError })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void sandbox.close().then(() => process.exit(0)))
  }
  say({ level: 'info', msg: 'ready', url: sandbox.url, smtp_port: sandbox.smtpPort })
}

main().catch((error: Error) => {
  say({ level: 'error', msg: error.message })
  process.exit(1)
})
