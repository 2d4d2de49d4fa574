import type { Proof } from '../proof'
import { Lender } from '../stage/lender'
import { Links } from '../stage/links'
import { WholeStack } from '../stage/whole-stack'
import { stackProof, type StackProof, type StackRun } from './stack-proof'

export interface LinkedProof extends Omit<StackProof, 'strike' | 'check'> {
  /** As in a proof on any stack, with the links of this one. */
  strike(run: StackRun, links: Links): Promise<void>
  check?(run: StackRun, links: Links): Promise<void>
}

/** A proof on a stack of its own, whose services reach Kafka, Postgres and the sandbox by links; everybody else goes straight there. */
export function linkedProof({ strike, check, ...proof }: LinkedProof): Proof {
  return {
    name: proof.name,
    summary: proof.summary,
    async run(o) {
      // One stack at a time is enough for a machine.
      await o.lender.close()
      const links = await Links.open()
      const lender = new Lender((signal) => WholeStack.start(signal, {}, links.detour), o.say)
      try {
        const linked = stackProof({
          ...proof,
          strike: (run) => strike(run, links),
          ...(check && { check: (run) => check(run, links) }),
        })
        return await linked.run({ ...o, lender })
      } finally {
        await lender.close()
        await links.close()
      }
    },
  }
}
