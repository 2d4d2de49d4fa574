import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from './sandbox'

const dataDir = mkdtempSync(join(tmpdir(), 'laurel-sandbox-'))
const config = { host: '127.0.0.1', port: 0, smtpPort: 0, dataDir }
afterAll(() => rmSync(dataDir, { recursive: true }))

it('closes at once, with calls hanging and slow ones waiting', async () => {
  const sandbox = await startSandbox(config, { slowMs: 3_600_000 })
  const post = (path: string, body: object) => fetch(sandbox.url + path, { method: 'POST', body: JSON.stringify(body) })
  await post('/_faults', { target: 'directory', mode: 'slow' })
  await post('/_faults', { target: 'assessment', mode: 'effect-then-hang' })
  const id = '00000000-0000-4000-8000-000000000001'
  const calls = [`/directory/users/${id}`, `/assessment/users/${id}/course-versions/${id}/score`]
  const cut = Promise.allSettled(calls.map((path) => fetch(sandbox.url + path)))
  await post('/iam/rotate', {})
  await sandbox.close()
  expect((await cut).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

it('rejects when its port is taken, and leaves the other port free', async () => {
  const first = await startSandbox(config)
  const port = Number(new URL(first.url).port)
  await expect(startSandbox({ ...config, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  const { smtpPort } = first
  await expect(startSandbox({ ...config, smtpPort })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await first.close()
  const again = await startSandbox({ ...config, port, smtpPort })
  expect(again).toMatchObject({ url: first.url, smtpPort })
  await again.close()
})
