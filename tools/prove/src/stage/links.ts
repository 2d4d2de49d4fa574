import type { Detour } from '@laurel/dev-stack'
import { Link } from '../link/link'
import { freePort } from './replica'

/** The links by which the services of a stack reach Kafka, Postgres and the sandbox. */
export class Links {
  private constructor(
    readonly kafka: Link,
    readonly postgres: Link,
    readonly sandbox: Link,
  ) {}

  static async open(): Promise<Links> {
    return new Links(await Link.open(await freePort()), await Link.open(await freePort()), await Link.open(await freePort()))
  }

  /** For the start of the stack. */
  get detour(): Detour {
    const { kafka, postgres, sandbox } = this
    return {
      entrances: { kafka: kafka.port, postgres: postgres.port, sandbox: sandbox.port },
      lead: (exits) => {
        kafka.aim(exits.kafka)
        postgres.aim(exits.postgres)
        sandbox.aim(exits.sandbox)
      },
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.kafka, this.postgres, this.sandbox].map((link) => link.close()))
  }
}
