/** Whether to write in colours: for a terminal, unless NO_COLOR is set. */
export function wantsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR
}

/** Benchmarks create roles and databases and read the servers' CPU time: they run on servers of their own, never on given ones. */
export function forgetGivenServers(): void {
  delete process.env.DATABASE_URL
  delete process.env.KAFKA_BROKERS
}

/** The environment for a child: this process's own, with the given variables on top. */
export function childEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra }
}
