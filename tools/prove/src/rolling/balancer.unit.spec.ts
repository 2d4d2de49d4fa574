import { once } from 'node:events'
import { Agent as HttpAgent, createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Balancer } from './balancer'

interface FakeReplica {
  readonly server: Server
  readonly url: string
  isReady: boolean
}

async function startReplica(name: string): Promise<FakeReplica> {
  const server = createServer((request, response) => {
    if (request.url === '/readyz') response.statusCode = replica.isReady ? 200 : 503
    response.end(name)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const replica = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, isReady: true }
  return replica
}

let [one, two]: FakeReplica[] = []
let balancer: Balancer
const agents: HttpAgent[] = []
beforeEach(async () => {
  ;[one, two] = [await startReplica('one'), await startReplica('two')]
  balancer = await Balancer.start([one.url, two.url])
})
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  await balancer.stop()
  for (const { server } of [one!, two!]) {
    server.closeAllConnections()
    server.close()
  }
})

/** A client that keeps one connection. */
function client(): () => Promise<string> {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return () =>
    new Promise((resolve, reject) => {
      get(balancer.url, { agent }, (response) => {
        response.setEncoding('utf8').on('data', resolve)
      }).once('error', reject)
    })
}

async function untilReady(count: number): Promise<void> {
  while (balancer.readyCount !== count) await new Promise((resolve) => setImmediate(resolve))
}

it('gives new connections to the replicas in turn, and leaves each where it is', async () => {
  const [first, second] = [client(), client()]
  expect([await first(), await second(), await first(), await second()].sort()).toEqual(['one', 'one', 'two', 'two'])
})

it('gives none to a replica that is not ready, and keeps those that it has', async () => {
  const clients = [client(), client()]
  const before = [await clients[0]!(), await clients[1]!()]
  one!.isReady = false
  await untilReady(1)
  expect([await clients[0]!(), await clients[1]!()]).toEqual(before)
  expect([await client()(), await client()()]).toEqual(['two', 'two'])
  one!.isReady = true
  await untilReady(2)
})

it('drops who comes while none is ready', async () => {
  one!.isReady = two!.isReady = false
  await untilReady(0)
  await expect(client()()).rejects.toThrow()
})
