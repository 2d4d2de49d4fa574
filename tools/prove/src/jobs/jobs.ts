import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInfra } from '@laurel/dev-stack'
import type { Evidence, Proof } from '../proof'
import { proveJobs } from './prove-jobs'

/** Workers are killed at their work; high-priority jobs come in a flood of low ones. */
export const jobs: Proof = {
  name: 'jobs',
  summary: 'SIGKILL of a worker mid-job, a flood of low priority: none stuck, none doubled, a high one starts within 250 ms',
  async run(o): Promise<Evidence> {
    const dir = mkdtempSync(join(tmpdir(), 'laurel-jobs-'))
    // Postgres runs as another user when this process is root.
    chmodSync(dir, 0o755)
    mkdirSync(join(dir, 'logs'))
    const infra = await startInfra({ dir, fresh: true, ports: 'ephemeral', signal: o.signal })
    let isGood = false
    try {
      const evidence = await proveJobs({
        ...o,
        adminUrl: infra.postgres.url,
        logs: join(dir, 'logs'),
        password: randomBytes(16).toString('hex'),
      })
      isGood = evidence.findings.none
      return evidence
    } finally {
      await infra.stop()
      if (isGood) rmSync(dir, { recursive: true, force: true })
      else o.say(`  the logs are kept in ${dir}/logs`)
    }
  },
}
