import type { DataSource } from 'typeorm'
import { built, type RelayParts } from './built'
import type { Player } from './player'

/** An event as it reached Kafka. */
export interface Published {
  readonly key: string
  readonly id: string
  readonly value: string
}

export interface RelayOptions {
  readonly dataSource: DataSource
  readonly player: Player
  /** What Kafka has, in its order. */
  readonly log: Published[]
  /** May cut the relay's connection while it sends; says whether Kafka gets what is sent all the same. */
  readonly crash: () => Promise<'nothing happened' | 'sent' | 'not sent'>
}

/** The relay itself, with a log in the place of Kafka and turns in the place of pauses. */
export class ScheduledRelay {
  private readonly relay: RelayParts

  constructor({ dataSource, player, log, crash }: RelayOptions) {
    const relay = built.relay(dataSource)
    relay.sleep = () => player.turn('sleep')
    // It polls at every turn: a notification would come at a time that no seed fixes.
    relay.wake = () => undefined
    relay.producer = {
      async sendBatch({ topicMessages }) {
        await player.turn('send')
        if ((await crash()) === 'not sent') throw new Error('the broker cannot be reached')
        for (const { messages } of topicMessages) {
          log.push(...messages.map(({ key, headers, value }) => ({ key: String(key), id: headers['ce_id']!, value: value.toString() })))
        }
      },
    }
    this.relay = relay
  }

  /** Resolves when it has stopped. */
  run(): Promise<void> {
    return this.relay.run()
  }

  /** Ends it with what it is doing. */
  stop(): void {
    this.relay.stopped = true
  }
}
