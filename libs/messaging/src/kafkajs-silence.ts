import Connection from 'kafkajs/src/network/connection'

interface Connected {
  readonly socket?: { destroy(error?: Error): unknown }
  readonly requestQueue: { readonly inflight: ReadonlyMap<number, { sentAt: number }> }
}
interface Patched {
  send(this: Connected, protocol: object): Promise<unknown>
  processData(this: Connected, bytes: Buffer): unknown
}

/**
 * kafkajs 2.2.4 gives up a request that is not answered in time, but keeps its connection, so over a link that lost something every
 * later request waits in vain as well; and it gives up answers that are still arriving over a slow link. With this a request times
 * out by silence, which bytes of any answer on its connection break, and takes the connection with it. Applied once, at the first
 * import.
 */
export function patchConnection(prototype: Patched): void {
  const { send, processData } = prototype
  prototype.send = async function (protocol) {
    const { socket } = this
    try {
      return await send.call(this, protocol)
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

patchConnection(Connection.prototype)
