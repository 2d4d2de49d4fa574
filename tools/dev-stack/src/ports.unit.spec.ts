import { createServer, type AddressInfo, type Server } from 'node:net'
import { isPortFree, Ports } from './ports'

const listen = (): Promise<{ server: Server; port: number }> =>
  new Promise((resolve) => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 }, () =>
      resolve({ server, port: (server.address() as AddressInfo).port }),
    )
  })

describe('Ports', () => {
  it('gives the preferred port when nobody listens there', async () => {
    expect(await new Ports(async () => true).choose(4301)).toBe(4301)
  })

  it('gives another free port when the preferred one is taken', async () => {
    const port = await new Ports(async (candidate) => candidate !== 4301).choose(4301)
    expect(port).not.toBe(4301)
    expect(port).toBeGreaterThanOrEqual(20_000)
    expect(port).toBeLessThan(32_000)
  })

  it('gives no port twice, although nobody listens on it yet', async () => {
    const ports = new Ports(async () => true)
    expect(await ports.choose(4301)).toBe(4301)
    expect(await ports.choose(4301)).not.toBe(4301)
  })

  it('says so when every port is taken', async () => {
    await expect(new Ports(async () => false).choose(4301)).rejects.toThrow('no free port found on 127.0.0.1')
  })
})

describe('isPortFree', () => {
  it('is false while somebody listens, and true afterwards', async () => {
    const { server, port } = await listen()
    expect(await isPortFree(port)).toBe(false)
    await new Promise((resolve) => server.close(resolve))
    expect(await isPortFree(port)).toBe(true)
  })
})
