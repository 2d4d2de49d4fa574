import { connect } from 'node:net'

/** ApiVersions v0 (key 18), correlation id 1, client id null: the request that every broker answers first. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff])

/** Whether a Kafka broker answers at the port on loopback: a port that is merely open is not enough. */
export function isBroker(port: number): Promise<boolean> {
  return reachesBroker(`127.0.0.1:${port}`, 1_000)
}

/** Whether a Kafka broker answers at `host:port`, without TLS, within the time. */
export function reachesBroker(broker: string, timeoutMs: number): Promise<boolean> {
  const [host, port] = splitBroker(broker)
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const answer = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.setTimeout(timeoutMs, () => answer(false))
    socket.once('error', () => answer(false))
    socket.once('close', () => answer(false))
    socket.once('connect', () => socket.write(API_VERSIONS))
    socket.once('data', (data) => answer(data.length >= 8 && data.readInt32BE(4) === 1))
  })
}

/** `host:port`, `[::1]:port` or a host alone, which gets Kafka's port 9092. */
export function splitBroker(broker: string): [host: string, port: number] {
  const found = /^(.*?)(?::(\d{1,5}))?$/.exec(broker)!
  return [found[1]!.replace(/^\[(.*)\]$/, '$1'), Number(found[2] ?? 9092)]
}
