import { RecordingLogger } from '@laurel/testing'
import { SchedulerRegistry } from '@nestjs/schedule'
import { CheckerSchedule } from './checker-schedule'
import type { CheckerSchedulePlan } from './checker-settings'

const regular = { cron: '*/15 * * * *', batchSize: 50, budgetMs: 300_000 }
const offPeak = { cron: '0 3 * * *', batchSize: 100, budgetMs: 3_600_000 }
const logger = new RecordingLogger()
let registry: SchedulerRegistry
let ran: [string, CheckerSchedulePlan][]
let outcome: () => Promise<null>

function schedule(settings: { regular: CheckerSchedulePlan; offPeak: CheckerSchedulePlan | null }) {
  registry = new SchedulerRegistry()
  ran = []
  const checker = {
    runScheduled: (trigger: string, plan: CheckerSchedulePlan) => {
      ran.push([trigger, plan])
      return outcome()
    },
  }
  new CheckerSchedule(registry, checker, settings, logger).onApplicationBootstrap()
}
beforeEach(() => {
  outcome = async () => null
  logger.lines.length = 0
})
afterEach(() => registry.getCronJobs().forEach((job) => void job.stop()))

it('runs every 15 minutes, and off peak by a schedule of its own, in UTC', async () => {
  schedule({ regular, offPeak })
  const jobs = registry.getCronJobs()
  expect([...jobs.keys()]).toEqual(['checker schedule', 'checker off-peak'])
  const minutes = jobs
    .get('checker schedule')!
    .nextDates(4)
    .map((date) => date.minute % 15)
  expect(minutes).toEqual([0, 0, 0, 0])
  expect(jobs.get('checker off-peak')!.nextDate().toUTC().hour).toBe(3)
  for (const job of jobs.values()) {
    expect(job.isActive).toBe(true)
    await job.fireOnTick()
  }
  expect(ran).toEqual([
    ['schedule', regular],
    ['off-peak', offPeak],
  ])
})

it('has no off-peak schedule unless told', () => {
  schedule({ regular, offPeak: null })
  expect([...registry.getCronJobs().keys()]).toEqual(['checker schedule'])
})

it('goes on with the next time after a run that could not be', async () => {
  schedule({ regular, offPeak: null })
  outcome = () => Promise.reject(new Error('the database is away'))
  const job = registry.getCronJob('checker schedule')
  await job.fireOnTick()
  expect(job.isActive).toBe(true)
  expect(logger.lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('could not run') }])
})
