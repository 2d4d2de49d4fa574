import type { Logger } from '@laurel/telemetry'
import type { OnApplicationBootstrap } from '@nestjs/common'
import type { SchedulerRegistry } from '@nestjs/schedule'
import { CronJob } from 'cron'
import type { Checker } from './checker'
import type { CheckerSchedulePlan, CheckerSettings } from './checker-settings'

/** Runs the checker by the clock, in UTC, while the app is up. */
export class CheckerSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly checker: Pick<Checker, 'runScheduled'>,
    private readonly settings: Pick<CheckerSettings, 'regular' | 'offPeak'>,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { regular, offPeak } = this.settings
    this.add('schedule', regular)
    if (offPeak) this.add('off-peak', offPeak)
  }

  private add(trigger: 'schedule' | 'off-peak', plan: CheckerSchedulePlan): void {
    const job = CronJob.from({
      cronTime: plan.cron,
      timeZone: 'UTC',
      onTick: () => this.tick(trigger, plan),
      // A run that is longer than the interval is followed by the next tick's, never overlapped.
      waitForCompletion: true,
    })
    this.registry.addCronJob(`checker ${trigger}`, job)
    job.start()
  }

  private async tick(trigger: 'schedule' | 'off-peak', plan: CheckerSchedulePlan): Promise<void> {
    try {
      if ((await this.checker.runScheduled(trigger, plan)) === null) this.logger.debug('checker left to another runner', { trigger })
    } catch (error) {
      this.logger.warn('checker could not run, next try at its next time', { trigger, err: error })
    }
  }
}
