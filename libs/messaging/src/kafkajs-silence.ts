import Connection from 'kafkajs/src/network/connection'
import RequestQueue from 'kafkajs/src/network/requestQueue'

/** What kafkajs sends: the broker's API, and its own time limit where it is not the usual one. */
interface Protocol {
  readonly request: { readonly apiName: string }
  readonly requestTimeout?: number | null
}
interface Connected {
  readonly socket?: { destroy(error?: Error): unknown }
  readonly requestQueue: { readonly inflight: ReadonlyMap<number, { sentAt: number }> }
}
interface Patched {
  send(this: Connected, protocol: Protocol): Promise<unknown>
  processData(this: Connected, bytes: Buffer): unknown
}

/** As long as kafkajs waits for the answer to JoinGroup. */
const SYNC_TIMEOUT_MS = 65_000

/**
 * kafkajs 2.2.4 gives up a request that is not answered in time, but keeps its connection, so over a link that lost something every
 * later request waits in vain as well; and it gives up answers that are still arriving over a slow link. With this a request times
 * out by silence, which bytes of any answer on its connection break, and takes the connection with it. Applied once, at the first
 * import.
 *
 * The broker answers SyncGroup when the leader of the group has spoken: one that stands still is waited for until its session is over.
 */
export function patchConnection(prototype: Patched): void {
  const { send, processData } = prototype
  prototype.send = async function (protocol) {
    const { socket } = this
    const isHeld = protocol.request.apiName === 'SyncGroup'
    try {
      return await send.call(this, isHeld ? { ...protocol, requestTimeout: SYNC_TIMEOUT_MS } : protocol)
    } catch (error) {
      if ((error as Error).name === 'KafkaJSRequestTimeoutError') socket?.destroy(error as Error)
      throw error
    }
  }
  prototype.processData = function (bytes) {
    for (const request of this.requestQueue.inflight.values()) request.sentAt = Date.now()
    return processData.call(this, bytes)
  }
}

interface Request {
  timeoutRequest(): void
}
interface Queue {
  readonly inflight: ReadonlyMap<number, Request>
  createSocketRequest(this: Queue, pushed: object): Request
}

/**
 * A broker answers the requests of a connection one after the other, and JoinGroup not before the group is complete. What was sent
 * behind it is not late before it is: else a commit of offsets ends the connection on which the member waits for its place, and the
 * group waits for a member that nobody is any more. With this only the request that is next to be answered can time out.
 */
export function patchRequestOrder(prototype: Pick<Queue, 'createSocketRequest'>): void {
  const { createSocketRequest } = prototype
  prototype.createSocketRequest = function (pushed) {
    const request = createSocketRequest.call(this, pushed)
    const timeoutRequest = request.timeoutRequest.bind(request)
    request.timeoutRequest = () => {
      const [next] = this.inflight.values()
      if (next === request) timeoutRequest()
    }
    return request
  }
}

patchConnection(Connection.prototype)
patchRequestOrder(RequestQueue.prototype)
