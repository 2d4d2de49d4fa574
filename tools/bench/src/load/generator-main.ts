import { World } from '../seed/world'
import type { Order, Report } from './protocol'
import { runLoad } from './run-load'
import { Target } from './target'
import { dealEnrollments } from './workload'

let targets: readonly Target[] = []
let runs = 0

async function carryOut(order: Order): Promise<Report> {
  switch (order.kind) {
    case 'setup': {
      const world = new World(order.rows, order.seed)
      const parts = dealEnrollments(world, order.ports.length)
      targets = order.ports.map((port, index) => new Target(port, world, parts[index]!, order.tokens))
      return { kind: 'ready' }
    }
    case 'run':
      return { kind: 'ran', result: await runLoad(targets[order.target]!, order.load, `run ${runs++}`) }
    case 'acknowledged':
      return { kind: 'acknowledged', writes: targets[order.target]!.acknowledgedWrites() }
    default:
      return order satisfies never
  }
}

// Orders are its reason to stay; what ends it with its parent has let go of the channel.
process.channel?.ref()
process.on('message', (order: Order) => {
  void carryOut(order)
    .catch((error: unknown): Report => ({ kind: 'failed', reason: (error as Error).stack ?? String(error) }))
    .then((report) => process.send!(report))
})
