import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { SandboxFixture } from '../sandbox.fixture'

const sandbox = new SandboxFixture()
beforeAll(() => sandbox.start())
afterAll(() => sandbox.stop())
afterEach(() => sandbox.call('POST', '/_faults', { target: 'mail', mode: 'none' }))

const setFault = (mode: string) => sandbox.call('POST', '/_faults', { target: 'mail', mode })
const message = (id: string, body = 'Hello.') => `Message-ID: ${id}\r\nSubject: Your\r\n certificate\r\n\r\n${body}\r\n`

/** Speaks SMTP up to the end of the message; the returned promise is the last answer, or 'cut'. */
async function send(content: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(sandbox.smtpPort, '127.0.0.1')
  let pending = ''
  const reply = async (): Promise<string> => {
    for (;;) {
      const complete = /^\d{3} .*\r\n/m.exec(pending)
      if (complete) {
        pending = ''
        return complete[0].slice(0, 3)
      }
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      pending += chunk.toString()
    }
  }
  await reply()
  for (const command of ['EHLO test', 'MAIL FROM:<from@laurel.example>', 'RCPT TO:<a@learners.example>', 'DATA']) {
    socket.write(`${command}\r\n`)
    await reply()
  }
  socket.write(`${content}.\r\n`)
  const answer = reply().catch(() => 'cut')
  return { socket, answer }
}

async function answerTo(content: string): Promise<string> {
  const { socket, answer } = await send(content)
  const said = await answer
  socket.destroy()
  return said
}

it('records what it accepts under its Message-ID', async () => {
  expect(await answerTo(message('<m1@laurel.example>', '..Hello.'))).toBe('250')
  const { body } = await sandbox.call('GET', '/_ledger?target=mail')
  const source = message('<m1@laurel.example>', '.Hello.')
  expect(body).toEqual([
    {
      key: '<m1@laurel.example>',
      at: expect.any(String),
      body: { from: 'from@laurel.example', to: ['a@learners.example'], subject: 'Your certificate', source },
    },
  ])
})

it('counts a message sent twice twice, and names one without a Message-ID', async () => {
  await answerTo(message('<m2@laurel.example>'))
  await answerTo(message('<m2@laurel.example>'))
  await answerTo('Subject: x\r\n\r\nno id\r\n')
  const keys = await sandbox.keys('mail')
  expect(keys.filter((key) => key === '<m2@laurel.example>')).toHaveLength(2)
  expect(keys.at(-1)).toMatch(/^<.+@sandbox\.example>$/)
})

it.each([
  ['500', '451'],
  ['429', '450'],
  ['reset', 'cut'],
])('answers the fault %s with %s, without an effect', async (mode, said) => {
  await setFault(mode)
  expect(await answerTo(message(`<${mode}@laurel.example>`))).toBe(said)
  expect(await sandbox.keys('mail')).not.toContain(`<${mode}@laurel.example>`)
})

it('accepts under the fault slow', async () => {
  await setFault('slow')
  expect(await answerTo(message('<slow@laurel.example>'))).toBe('250')
})

it('records and never answers under the fault effect-then-hang', async () => {
  await setFault('effect-then-hang')
  const { socket, answer } = await send(message('<hang@laurel.example>'))
  while (!(await sandbox.keys('mail')).includes('<hang@laurel.example>')) await new Promise(setImmediate)
  const said = await Promise.race([answer, sandbox.call('GET', '/livez').then(() => 'nothing')])
  expect(said).toBe('nothing')
  socket.destroy()
})
