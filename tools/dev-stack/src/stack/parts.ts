import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config'
import { startServers, type Infra, type InfraOptions, type StartContext } from '../infra'
import { startHttpProcess, type HttpProcess, type HttpProcessOptions } from './http-process'
import { provisionDatabases, provisionTopics } from './provisioning'
import { waysOf, type Ways } from './ways'
import { commonEnvironment, SANDBOX_PORT, SERVICES, type ServiceSpec } from './services'
import type { StackOptions } from './stack-options'
import { StateFile } from './state'
import { fetchTokens } from './tokens'

/** What of a stack has been started so far. */
export interface Parts {
  infra?: Infra
  sandbox?: HttpProcess
  readonly services: Map<string, HttpProcess>
  state?: StateFile
}

/** Starts everything in order and enters it into `parts` as it comes up. What was entered before a failure still runs. */
export async function startParts(o: StackOptions, context: StartContext, parts: Parts): Promise<void> {
  if (o.fresh) rmSync(sandboxDirectory(o.dir), { recursive: true, force: true })
  const smtpPort = await context.ports.choose()
  await allOf([
    startServers(serverOptions(o), context).then((infra) => void (parts.infra = infra)),
    startSandbox(o, context, parts, smtpPort),
  ])
  const [infra, sandbox] = [parts.infra!, parts.sandbox!]
  const databases = await provisionAll(infra, context)
  const ways = waysOf(o, { brokers: infra.kafka.brokers, databases, sandboxUrl: sandbox.running.url }, infra)
  await allOf(SERVICES.map((service) => startService(service, o, context, parts, ways)))
  parts.state = new StateFile(o.dir, {
    kafka: infra.kafka,
    postgres: infra.postgres,
    services: Object.fromEntries(SERVICES.map(({ name }) => [name, parts.services.get(name)!.running])),
    sandbox: { ...sandbox.running, smtp_port: smtpPort },
    tokens: await fetchTokens(sandbox.running.url),
    databases,
  })
}

/** Services first, then the sandbox that they call, then Kafka and Postgres. */
export async function stopParts(parts: Parts): Promise<void> {
  await Promise.all([...parts.services.values()].map((service) => service.stop()))
  await parts.sandbox?.stop()
  await parts.infra?.stop()
}

/** Sends a signal to one part by its name. */
export function killPart(parts: Parts, name: string, signal: NodeJS.Signals): void {
  const part = parts.services.get(name) ?? (name === 'sandbox' ? parts.sandbox : parts.infra?.processes[name as 'kafka' | 'postgres'])
  if (part === undefined) throw new Error(`nothing of ours is called "${name}": a service, sandbox, kafka or postgres`)
  part.kill(signal)
}

function startSandbox(o: StackOptions, context: StartContext, parts: Parts, smtpPort: number): Promise<void> {
  return context.progress.step('sandbox', async () => {
    parts.sandbox = await startHttpProcess({
      ...surroundings(o, context, parts, 'sandbox'),
      script: 'tools/sandbox/dist/main.js',
      readyPath: '/livez',
      port: await context.ports.choose(o.ports === 'ephemeral' ? undefined : SANDBOX_PORT),
      // The services are told its address once.
      mayMove: false,
      env: (port) => ({ HOST: '127.0.0.1', PORT: String(port), SMTP_PORT: String(smtpPort), SANDBOX_DATA_DIR: sandboxDirectory(o.dir) }),
    })
    return { done: `sandbox on ${parts.sandbox.running.url}`, value: undefined }
  })
}

async function provisionAll(infra: Infra, { progress, secrets }: StartContext): Promise<Record<string, string>> {
  let databases: Record<string, string> = {}
  await allOf([
    progress.step('topics', async () => {
      const { all, created } = await provisionTopics(infra.kafka.brokers)
      return { done: `${all} topics${created > 0 ? `, ${created} created` : ''}`, value: undefined }
    }),
    progress.step('database roles', async () => {
      databases = await provisionDatabases(infra.postgres.url, secrets)
      return { done: `${Object.keys(databases).length} database roles and schemas`, value: undefined }
    }),
  ])
  return databases
}

function startService(service: ServiceSpec, o: StackOptions, context: StartContext, parts: Parts, ways: Ways): Promise<void> {
  const { sandboxUrl, brokers } = ways
  const databaseUrl = ways.databases[service.name]!
  const own = service.env({ sandboxUrl, secrets: context.secrets, enableCredentials: readConfig().enableCredentials })
  return context.progress.step(service.name, async () => {
    const started = await startHttpProcess({
      ...surroundings(o, context, parts, service.name),
      script: `apps/${service.name}/dist/main.js`,
      readyPath: '/readyz',
      port: await context.ports.choose(o.ports === 'ephemeral' ? undefined : service.preferredPort),
      mayMove: true,
      env: (port) => ({
        ...commonEnvironment({ port, databaseUrl, brokers, sandboxUrl }),
        ...own,
        ...o.serviceEnvironment,
      }),
    })
    parts.services.set(service.name, started)
    return { done: `${service.name} on ${started.running.url}`, value: undefined }
  })
}

/** What is the same for every process of the stack. */
function surroundings(
  o: StackOptions,
  { pids, ports, progress }: StartContext,
  parts: Parts,
  name: string,
): Pick<HttpProcessOptions, 'name' | 'dir' | 'pids' | 'ports' | 'onRestart'> {
  return {
    name,
    dir: o.dir,
    pids,
    ports,
    onRestart: (running, endedAs) => {
      parts.state?.moved(name, running)
      progress.note(`${name} ended (${endedAs}): started again, process ${running.pid}`)
    },
  }
}

function serverOptions(o: StackOptions): InfraOptions {
  return { ...o, fresh: o.fresh ?? false, ...(o.detour && { kafkaDetour: o.detour.entrances.kafka }) }
}

function sandboxDirectory(dir: string): string {
  return join(dir, 'sandbox')
}

/** Waits for all, so that nothing is still being started when the first failure is thrown. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
