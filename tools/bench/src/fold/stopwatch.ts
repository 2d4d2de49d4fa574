/** Adds up the time, and this process's CPU time, that some work takes, without what happens between. */
export class Stopwatch {
  private milliseconds = 0
  private cpuMicros = 0

  async time<T>(work: () => Promise<T>): Promise<T> {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    try {
      return await work()
    } finally {
      const { user, system } = process.cpuUsage(cpu)
      this.cpuMicros += user + system
      this.milliseconds += performance.now() - began
    }
  }

  get seconds(): number {
    return this.milliseconds / 1_000
  }

  get cpuSeconds(): number {
    return this.cpuMicros / 1e6
  }
}
