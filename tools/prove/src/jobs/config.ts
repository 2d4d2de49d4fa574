/** What a worker process is told. */
export interface WorkerSettings {
  /** postgres:// URL of the proof's own role. */
  readonly databaseUrl: string
  /** Of the outside place. */
  readonly placeUrl: string
  /** Which of the workers it is. */
  readonly worker: number
}

/** The environment of a worker process. */
export function workerEnvironment({ databaseUrl, placeUrl, worker }: WorkerSettings): Record<string, string> {
  return { DATABASE_URL: databaseUrl, PLACE_URL: placeUrl, WORKER: String(worker) }
}

export function readWorkerSettings(): WorkerSettings & { readonly port: number } {
  const { env } = process
  return { databaseUrl: env['DATABASE_URL']!, placeUrl: env['PLACE_URL']!, worker: Number(env['WORKER']), port: Number(env['PORT']) }
}
