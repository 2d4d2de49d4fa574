import Connection from 'kafkajs/src/network/connection'
import RequestQueue from 'kafkajs/src/network/requestQueue'
import { patchConnection } from './kafkajs-silence'

describe('the kafkajs patch for links that lose something', () => {
  const heartbeat = { request: { apiName: 'Heartbeat' } }
  const timeout = Object.assign(new Error('Request timed out'), { name: 'KafkaJSRequestTimeoutError' })

  function connection(send: () => Promise<unknown>) {
    const prototype = { send: jest.fn<Promise<unknown>, [typeof heartbeat]>(send), processData: jest.fn() }
    patchConnection(prototype)
    const socket = { destroy: jest.fn() }
    const request = { sentAt: 0 }
    const it = Object.assign(Object.create(prototype) as typeof prototype, { socket, requestQueue: { inflight: new Map([[1, request]]) } })
    return { it, socket, request }
  }

  it('ends the connection of a request that is not answered in time', async () => {
    const { it, socket } = connection(() => Promise.reject(timeout))
    await expect(it.send(heartbeat)).rejects.toBe(timeout)
    expect(socket.destroy).toHaveBeenCalledWith(timeout)
  })

  it('leaves a connection alone on which a request is refused', async () => {
    const { it, socket } = connection(() => Promise.reject(new Error('NOT_COORDINATOR')))
    await expect(it.send(heartbeat)).rejects.toThrow('NOT_COORDINATOR')
    expect(socket.destroy).not.toHaveBeenCalled()
  })

  it('gives requests their whole time anew when bytes arrive', () => {
    const { it, request } = connection(() => Promise.resolve())
    it.processData(Buffer.from([0]))
    expect(request.sentAt).toBeGreaterThan(0)
  })

  it('waits longer for the answer to SyncGroup, which a leader that stands still holds up', async () => {
    const limits: unknown[] = []
    const send = async (protocol: { request: { apiName: string }; requestTimeout?: number | null }) =>
      void limits.push(protocol.requestTimeout)
    const prototype = { send: jest.fn(send), processData: jest.fn() }
    patchConnection(prototype)
    const it = Object.assign(Object.create(prototype) as typeof prototype, { requestQueue: { inflight: new Map() } })
    for (const apiName of ['Heartbeat', 'SyncGroup']) await it.send({ request: { apiName } })
    expect(limits).toEqual([undefined, 65_000])
  })

  it('is applied to the kafkajs that is installed', () => {
    expect(Connection.prototype.send.toString()).toContain('KafkaJSRequestTimeoutError')
    expect(Connection.prototype.processData.toString()).toContain('sentAt')
  })
})

describe('requests behind one that the broker holds', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  const logger = { debug: () => undefined, warn: () => undefined }
  const options = { requestTimeout: 3_000, enforceRequestTimeout: true, maxInFlightRequests: null, clientId: 'c', broker: 'b', logger }

  function queue() {
    const requests = new RequestQueue(options)
    const ended: string[] = []
    requests.scheduleRequestTimeoutCheck()
    const push = (apiName: string, correlationId: number, requestTimeout?: number) => {
      const entry = {
        apiName,
        apiKey: 0,
        apiVersion: 0,
        correlationId,
        resolve: () => void ended.push(`${apiName} answered`),
        reject: (error: Error) => void ended.push(`${apiName} ${error.name}`),
      }
      requests.push({ entry, expectResponse: true, requestTimeout, sendRequest: () => undefined })
    }
    return { requests, ended, push }
  }

  it('are not late before it is', () => {
    const { requests, ended, push } = queue()
    push('JoinGroup', 1, 65_000)
    push('OffsetCommit', 2)
    jest.advanceTimersByTime(10_000)
    expect(ended).toEqual([])
    for (const correlationId of [1, 2]) requests.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 })
    expect(ended).toEqual(['JoinGroup answered', 'OffsetCommit answered'])
    requests.destroy()
  })

  it('are late when nothing is before them', () => {
    const { requests, ended, push } = queue()
    push('Heartbeat', 1)
    jest.advanceTimersByTime(3_200)
    expect(ended).toEqual(['Heartbeat KafkaJSRequestTimeoutError'])
    requests.destroy()
  })
})
