/** One who takes part in a schedule: it does nothing to the database before it has been given the turn. */
export class Player {
  /** `waiting` for its turn, `busy` with a statement or with what lies between two, or `done`. */
  state: 'waiting' | 'busy' | 'done' = 'busy'
  /** What it does with its next turn, or did with its last. */
  doing = ''
  /** Whether a statement is on its way to the database or there. */
  isInDatabase = false
  /** Whether the last turn was its own and may have ended a transaction: then others have their locks and see more. */
  hasLetGo = true
  /** Of its connection. */
  pid = 0
  private go: () => void = () => undefined
  private told: () => void = () => undefined
  /** Resolves at its next stop: when it waits for a turn or is done. */
  stop: Promise<void> = Promise.resolve()

  constructor(readonly name: string) {
    this.begin()
  }

  /** Resolves when the schedule lets it go on. */
  turn(doing: string): Promise<void> {
    this.doing = doing
    this.state = 'waiting'
    const gone = new Promise<void>((resolve) => (this.go = resolve))
    this.told()
    return gone
  }

  give(): void {
    this.begin()
    this.go()
  }

  end(): void {
    this.state = 'done'
    this.told()
  }

  private begin(): void {
    this.state = 'busy'
    this.stop = new Promise((resolve) => (this.told = resolve))
  }
}
