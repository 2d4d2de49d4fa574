declare module 'kafkajs/src/network/requestQueue' {
  interface SocketRequest {
    timeoutRequest(): void
  }
  interface RequestQueue {
    readonly inflight: ReadonlyMap<number, SocketRequest>
    createSocketRequest(pushed: object): SocketRequest
    scheduleCheckPendingRequests(this: { pending: unknown[]; throttledUntil: number }): void
    scheduleRequestTimeoutCheck(): void
    push(pushed: object): void
    fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void
    destroy(): void
  }
  const RequestQueue: { new (options: object): RequestQueue; prototype: RequestQueue }
  export default RequestQueue
}
declare module 'kafkajs/src/network/connection' {
  interface Connection {
    readonly socket?: { destroy(error?: Error): unknown }
    readonly requestQueue: { readonly inflight: ReadonlyMap<number, { sentAt: number }> }
  }
  const Connection: {
    prototype: {
      send(this: Connection, protocol: { readonly request: { readonly apiName: string } }): Promise<unknown>
      processData(this: Connection, bytes: Buffer): unknown
    }
  }
  export default Connection
}
declare module 'kafkajs/src/protocol/recordBatch/record/v0/decoder' {
  const decodeRecord: (decoder: object, context: object) => object
  export default decodeRecord
}
declare module 'kafkajs/src/protocol/recordBatch/record/v0' {
  const encodeRecord: (record: object) => { readonly buffer: Buffer }
  export default encodeRecord
}
declare module 'kafkajs/src/protocol/recordBatch/v0' {
  export function RecordBatch(batch: object): Promise<{ readonly buffer: Buffer }>
}
declare module 'kafkajs/src/protocol/recordBatch/v0/decoder' {
  const decodeBatch: (decoder: object) => Promise<{ readonly records: readonly object[] }>
  export default decodeBatch
}
declare module 'kafkajs/src/protocol/requests/produce/v3/request' {
  export default function produce(request: object): { encode(): Promise<{ readonly buffer: Buffer }> }
}
declare module 'kafkajs/src/protocol/decoder' {
  export default class Decoder {
    readonly buffer: Buffer
    constructor(buffer: Buffer)
    readVarIntBytes(): Buffer
  }
}
declare module 'kafkajs/src/broker' {
  const Broker: { prototype: { produce(request: object): Promise<unknown> } }
  export default Broker
}
declare module 'kafkajs/src/consumer/consumerGroup' {
  const ConsumerGroup: {
    prototype: {
      readonly memberId: string | null
      getNodeIds(): string[]
      heartbeat(options: object): Promise<void>
    }
  }
  export default ConsumerGroup
}
declare module 'kafkajs/src/consumer/fetchManager' {
  export default function createFetchManager(options: {
    readonly logger: object
    readonly getNodeIds: () => string[]
    readonly fetch: (nodeId: string) => Promise<unknown[]>
    readonly handler: (batch: unknown) => Promise<void>
  }): { start(): Promise<void>; stop(): Promise<void> }
}
declare module 'kafkajs/src/network/requestQueue/socketRequest' {
  const SocketRequest: { prototype: object }
  export default SocketRequest
}
