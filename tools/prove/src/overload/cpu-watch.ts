import { cpus } from 'node:os'
import { countCpu } from '@laurel/bench'

/** Cores that each of these processes used on average from now until the returned function is called; `others` is all else on the machine. */
export function watchCpu(pids: Readonly<Record<string, number | undefined>>): () => Record<string, number> {
  const [used, before, began] = [countCpu(pids), busySeconds(), performance.now()]
  return () => {
    const seconds = used()
    const ours = Object.values(seconds).reduce((sum, one) => sum + one, 0)
    const elapsed = (performance.now() - began) / 1_000
    const all = { ...seconds, others: busySeconds() - before - ours }
    return Object.fromEntries(Object.entries(all).map(([name, busy]) => [name, busy / elapsed]))
  }
}

function busySeconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1_000
}
