import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Loopback, received } from './loopback.fixture'
import { Link } from './link'
import { CLEAR, type Weather } from './weather'

const TEXT = Array.from({ length: 4_000 }, (_, line) => `line ${line}\n`).join('')

describe('Link', () => {
  let loopback: Loopback
  beforeEach(async () => void (loopback = await Loopback.start()))
  afterEach(() => loopback.stop())

  const roundTrip = async ([client, server]: readonly [Socket, Socket]) => {
    const asked = received(server, 1)
    client.write('?')
    await asked
    const answered = received(client, 1)
    server.write('!')
    await answered
  }

  const kinds: readonly (readonly [string, Weather])[] = [
    ['clear', CLEAR],
    ['with a delay', { delayMs: 20 }],
    ['with a rate', { bytesPerSecond: 400_000 }],
    ['in slices', { sliceBytes: 16 }],
  ]
  it.each(kinds)('brings everything both ways, whole and in order: %s', async (_, weather) => {
    const [client, server] = await loopback.pair()
    loopback.link.weather = weather
    const [there, back] = [received(server, TEXT.length), received(client, TEXT.length)]
    client.write(TEXT)
    server.write(TEXT)
    expect((await there).text).toBe(TEXT)
    expect((await back).text).toBe(TEXT)
  })

  it('keeps the order when the weather changes while bytes are under way', async () => {
    const [client, server] = await loopback.pair()
    const there = received(server, 6)
    loopback.link.weather = { delayMs: 100 }
    client.write('one')
    await loopback.settled()
    loopback.link.weather = CLEAR
    client.write('two')
    expect((await there).text).toBe('onetwo')
  })

  it('cuts what is sent into small writes', async () => {
    const [client, server] = await loopback.pair()
    loopback.link.weather = { sliceBytes: 8 }
    const there = received(server, 4_000)
    client.write('x'.repeat(4_000))
    expect((await there).parts).toBeGreaterThan(20)
  })

  it('passes on that an end is closed, after what was sent before', async () => {
    const [client, server] = await loopback.pair()
    loopback.link.weather = { delayMs: 20 }
    const [there, ended] = [received(server, TEXT.length), once(server, 'end')]
    client.end(TEXT)
    await there
    await ended
    server.end()
    await once(client, 'close')
    expect(loopback.link.open).toBe(0)
  })

  it('refuses connections before it leads anywhere', async () => {
    const link = await Link.open()
    const client = connect({ host: '127.0.0.1', port: link.port })
    client.on('error', () => undefined)
    await new Promise((resolve) => client.once('close', resolve))
    await link.close()
  })

  describe('half-open', () => {
    it('accepts a connection, and neither asks the server nor says anything, not even when it is well again', async () => {
      const old = await loopback.pair()
      loopback.link.weather = { isSilent: true }
      const client = await loopback.connect()
      const heard = jest.fn()
      client.on('data', heard)
      client.on('close', heard)
      client.write('anybody?')
      loopback.link.weather = CLEAR
      await roundTrip(old)
      await roundTrip(await loopback.pair())
      expect(heard).not.toHaveBeenCalled()
      expect(loopback.connections).toBe(2)
    })

    it('keeps a connection on which nothing was sent meanwhile', async () => {
      const pair = await loopback.pair()
      await roundTrip(pair)
      loopback.link.weather = { isSilent: true }
      loopback.link.weather = CLEAR
      await roundTrip(pair)
    })

    it.each(['client', 'server'] as const)('swallows what the %s sends, and what either sends later', async (who) => {
      const [client, server] = await loopback.pair()
      const [talks, listens] = who === 'client' ? [client, server] : [server, client]
      const heard = jest.fn()
      listens.on('data', heard)
      const other = await loopback.pair()
      loopback.link.weather = { isSilent: true }
      talks.write('lost')
      await loopback.settled()
      loopback.link.weather = CLEAR
      talks.write('later')
      await roundTrip(other)
      expect(heard).not.toHaveBeenCalled()
      expect(listens.destroyed).toBe(false)
    })

    it('tells an end that the other one is gone only when it is well again', async () => {
      const [client, server] = await loopback.pair()
      const closed = jest.fn()
      server.on('close', closed).resume()
      loopback.link.weather = { isSilent: true }
      client.destroy()
      for (let round = 0; round < 3; round++) await loopback.settled()
      expect(closed).not.toHaveBeenCalled()
      const told = once(server, 'close')
      loopback.link.weather = CLEAR
      await told
    })
  })
})
