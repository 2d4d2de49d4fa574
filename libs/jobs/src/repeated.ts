/** Says something that happens over and over once per interval, with how often it happened since it was last said. */
export class Repeated {
  private readonly said = new Map<string, { at: number; times: number }>()

  constructor(
    private readonly intervalMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  say(what: string, write: (times: number) => void): void {
    const now = this.now()
    const last = this.said.get(what)
    if (last && now - last.at < this.intervalMs) {
      last.times += 1
      return
    }
    this.said.set(what, { at: now, times: 0 })
    write((last?.times ?? 0) + 1)
  }
}
