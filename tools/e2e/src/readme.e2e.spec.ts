import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@laurel/testing'
import { commandEnvironment } from './config'
import { LaurelCommand, REPOSITORY } from './laurel-command'

const MINUTE = 60_000
const run = promisify(execFile)
const README = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')
const SCRIPTS = (JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts

const blocks = (language: string) => [...README.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1]!)

describe('what README tells to do', () => {
  let stack: LaurelCommand
  beforeAll(async () => {
    stack = new LaurelCommand('stack')
    await eventually(() => {
      if (stack.hasEnded) throw new Error(stack.output)
      expect(stack.output).toContain('Everything runs')
    }, 5 * MINUTE)
  }, 6 * MINUTE)
  afterAll(() => stack.remove(), MINUTE)

  /** README's examples with the data directory of this test. */
  const here = (text: string) => text.replaceAll('.laurel/', `${stack.dir}/`)
  const shell = (text: string) => run('bash', ['-euc', here(text)], { cwd: REPOSITORY, env: commandEnvironment(stack.dir) })
  const operator = async (...args: string[]) => {
    const { stdout } = await run(process.execPath, ['tools/bootstrap.mjs', ...args], {
      cwd: REPOSITORY,
      env: commandEnvironment(stack.dir),
    })
    return stdout
  }
  const curl = blocks('sh').find((block) => block.includes('curl'))!

  it('names only commands that exist', () => {
    const named = new Set([...README.matchAll(/npm (?:run )?([a-z-]+)/g)].map((match) => match[1]!))
    expect([...named].toSorted()).toEqual(['bench', 'check', 'dead-letters', 'fence', 'prove', 'stack', 'start', 'test'])
    for (const name of named) expect(SCRIPTS[name]).toBe(`exec node tools/bootstrap.mjs ${name}`)
  })

  it(
    'publishes a course with a Kafka client and completes it with curl',
    async () => {
      const program = here(blocks('js')[0]!)
      const sending = run(process.execPath, ['-'], { cwd: REPOSITORY })
      sending.child.stdin!.end(program)
      await sending
      const enroll = await shell(curl)
      expect(enroll.stdout).toContain('"status":"active"')
      await eventually(async () => expect((await shell(curl)).stdout).toContain('"status":"completed"'), MINUTE)
    },
    3 * MINUTE,
  )

  it('finds the operations routes of every service, and the figures that an operator watches', async () => {
    const figures = [
      'laurel_consumer_lag',
      'laurel_batch_size',
      'laurel_batch_seconds',
      'laurel_outbox_depth',
      'laurel_outbox_age_seconds',
      'laurel_dead_letters_total',
    ]
    for (const { url } of Object.values(stack.stack().services)) {
      for (const route of ['/livez', '/readyz', '/docs', '/openapi.json'])
        expect({ url, route, status: (await fetch(url + route)).status }).toMatchObject({ status: 200 })
      const metrics = await (await fetch(`${url}/metrics`)).text()
      expect(figures.filter((name) => !metrics.includes(`# TYPE ${name} `))).toEqual([])
    }
  })

  it(
    'shows fences and dead letters, and replays',
    async () => {
      const fences = JSON.parse(await operator('fence', 'show', '--service', 'progress', '--json')) as { topic: string; next: string }[]
      expect(fences.some((fence) => fence.topic === 'course-version.published' && Number(fence.next) > 0)).toBe(true)
      const table = await operator('fence', 'show')
      for (const service of ['progress', 'completion-detection', 'credential', 'analytics-distribution', 'hr-report'])
        expect(table).toContain(service)
      expect(await operator('dead-letters', 'list')).toBe('No dead letters.\n')
      expect(JSON.parse(await operator('dead-letters', 'replay', '--service', 'progress', '--all', '--json'))).toEqual({
        replayed: 0,
        skipped: [],
      })
    },
    2 * MINUTE,
  )

  it(
    'lists a bad message with its reason, and replays it to its service',
    async () => {
      const send = `const { Kafka } = require('kafkajs');
      const stack = JSON.parse(require('node:fs').readFileSync('.laurel/stack.json'));
      (async () => { const p = new Kafka({ brokers: stack.kafka.brokers }).producer(); await p.connect();
        await p.send({ topic: 'lesson.progressed', messages: [{ key: 'k', value: 'not json', headers: { ce_specversion: '1.0', ce_id: 'bad', ce_source: '/t', ce_type: 'lesson.progressed.v1' } }] });
        await p.disconnect() })()`
      const sending = run(process.execPath, ['-'], { cwd: REPOSITORY })
      sending.child.stdin!.end(here(send))
      await sending
      const letters = () =>
        operator('dead-letters', 'list', '--service', 'progress', '--json').then(
          (text) => JSON.parse(text) as { where: string; reason: string }[],
        )
      await eventually(
        async () =>
          expect(await letters()).toMatchObject([
            {
              where: expect.stringMatching(/^lesson\.progressed:\d+:0$/) as string,
              reason: expect.stringContaining('value is not JSON') as string,
            },
          ]),
        MINUTE,
      )
      expect(JSON.parse(await operator('dead-letters', 'replay', '--service', 'progress', '--all', '--json'))).toEqual({
        replayed: 1,
        skipped: [],
      })
      // It is still no JSON: the service refuses it again, which shows that it was handed over again.
      await eventually(async () => expect(await letters()).toHaveLength(2), MINUTE)
    },
    3 * MINUTE,
  )

  it(
    'ends with Ctrl-C, leaving no stack behind',
    async () => {
      const { services, sandbox } = stack.stack()
      stack.interrupt()
      expect(await stack.exit()).not.toBeNull()
      for (const { pid } of [...Object.values(services), sandbox]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    },
    MINUTE,
  )
})
