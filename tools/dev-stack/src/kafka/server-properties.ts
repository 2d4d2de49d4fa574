/** Ports on 127.0.0.1 of one more listener: clients are told the entrance, the broker listens at the exit. */
export interface KafkaDetour {
  readonly entrance: number
  readonly exit: number
}

/**
 * server.properties of a single-node KRaft broker on loopback: replication 1, no auto-create, a group starts without
 * waiting for more members, and little memory (the cleaner's buffer is 128 MB by default).
 */
export function serverProperties(o: { dataDir: string; port: number; controllerPort: number; detour?: KafkaDetour }): string {
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${o.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${o.port},CONTROLLER://127.0.0.1:${o.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${o.port}`,
    'log.dirs': o.dataDir.replaceAll('\\', '\\\\'),
    ...SINGLE_NODE,
  }
  if (o.detour) {
    settings['listeners'] += `,DETOUR://127.0.0.1:${o.detour.exit}`
    settings['advertised.listeners'] += `,DETOUR://127.0.0.1:${o.detour.entrance}`
    settings['listener.security.protocol.map'] = 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DETOUR:PLAINTEXT'
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** What holds however the broker is run. */
export const SINGLE_NODE: Readonly<Record<string, string | number | boolean>> = {
  'auto.create.topics.enable': false,
  'num.partitions': 12,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 10,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 5,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  'log.cleaner.dedupe.buffer.size': 16_777_216,
}
