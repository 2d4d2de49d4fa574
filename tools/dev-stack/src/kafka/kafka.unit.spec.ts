import { createServer, type AddressInfo } from 'node:net'
import { newClusterId } from './cluster-id'
import { isBroker, splitBroker } from './is-broker'
import { javaMajor } from './java'
import { serverProperties } from './server-properties'
import { noKafkaMessage } from './start-kafka'

describe('isBroker', () => {
  /** Listens, answers the first request as told, and reports what isBroker made of it. */
  const probe = async (answer: Buffer): Promise<boolean> => {
    const server = createServer((socket) => socket.once('data', () => socket.write(answer)))
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
    const { port } = server.address() as AddressInfo
    const is = await isBroker(port)
    await new Promise((resolve) => server.close(resolve))
    return is
  }

  it('knows a broker by its answer with the same correlation id', async () => {
    expect(await probe(Buffer.from([0, 0, 0, 10, 0, 0, 0, 1, 0, 0]))).toBe(true)
  })

  it('takes another server at the port for none', async () => {
    expect(await probe(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toBe(false)
  })

  it('finds none at a closed port', async () => {
    expect(await isBroker(1)).toBe(false)
  })
})

describe('splitBroker', () => {
  it.each([
    ['kafka:9093', ['kafka', 9093]],
    ['kafka', ['kafka', 9092]],
    ['[::1]:9094', ['::1', 9094]],
  ])('%s', (text, parts) => {
    expect(splitBroker(text)).toEqual(parts)
  })
})

describe('javaMajor', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_202"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['command not found', undefined],
  ])('%s', (output, major) => {
    expect(javaMajor(output)).toBe(major)
  })
})

it('a cluster id is 16 bytes in base64url that do not read as an option', () => {
  for (let i = 0; i < 1_000; i++) expect(newClusterId()).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
})

it('server.properties keeps the broker on loopback and creates no topic by itself', () => {
  const lines = serverProperties({ dataDir: '/data', port: 4392, controllerPort: 20_001 }).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'listeners=PLAINTEXT://127.0.0.1:4392,CONTROLLER://127.0.0.1:20001',
      'advertised.listeners=PLAINTEXT://127.0.0.1:4392',
      'log.dirs=/data',
      'auto.create.topics.enable=false',
    ]),
  )
})

it('server.properties names the entrance to those who come by the detour, and listens at its exit', () => {
  const detour = { entrance: 20_002, exit: 20_003 }
  const lines = serverProperties({ dataDir: '/data', port: 4392, controllerPort: 20_001, detour }).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'listeners=PLAINTEXT://127.0.0.1:4392,CONTROLLER://127.0.0.1:20001,DETOUR://127.0.0.1:20003',
      'advertised.listeners=PLAINTEXT://127.0.0.1:4392,DETOUR://127.0.0.1:20002',
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DETOUR:PLAINTEXT',
    ]),
  )
})

it('names the three ways out when there is no Kafka', () => {
  const message = noKafkaMessage('no java in PATH')
  expect(message).toContain('no java in PATH')
  for (const way of ['start Docker', 'Java 17 or newer and Maven', 'KAFKA_BROKERS=host:9092']) expect(message).toContain(way)
})
