import Connection from 'kafkajs/src/network/connection'
import { patchConnection } from './kafkajs-silence'

describe('the kafkajs patch for links that lose something', () => {
  const timeout = Object.assign(new Error('Request timed out'), { name: 'KafkaJSRequestTimeoutError' })

  function connection(send: () => Promise<unknown>) {
    const prototype = { send: jest.fn<Promise<unknown>, [object]>(send), processData: jest.fn() }
    patchConnection(prototype)
    const socket = { destroy: jest.fn() }
    const request = { sentAt: 0 }
    const it = Object.assign(Object.create(prototype) as typeof prototype, { socket, requestQueue: { inflight: new Map([[1, request]]) } })
    return { it, socket, request }
  }

  it('ends the connection of a request that is not answered in time', async () => {
    const { it, socket } = connection(() => Promise.reject(timeout))
    await expect(it.send({})).rejects.toBe(timeout)
    expect(socket.destroy).toHaveBeenCalledWith(timeout)
  })

  it('leaves a connection alone on which a request is refused', async () => {
    const { it, socket } = connection(() => Promise.reject(new Error('NOT_COORDINATOR')))
    await expect(it.send({})).rejects.toThrow('NOT_COORDINATOR')
    expect(socket.destroy).not.toHaveBeenCalled()
  })

  it('gives requests their whole time anew when bytes arrive', () => {
    const { it, request } = connection(() => Promise.resolve())
    it.processData(Buffer.from([0]))
    expect(request.sentAt).toBeGreaterThan(0)
  })

  it('is applied to the kafkajs that is installed', () => {
    expect(Connection.prototype.send.toString()).toContain('KafkaJSRequestTimeoutError')
    expect(Connection.prototype.processData.toString()).toContain('sentAt')
  })
})
