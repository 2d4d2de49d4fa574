import { runMain } from '@laurel/service-shell'
import { startAnalyticsDistribution } from './analytics-distribution.module'
import { readConfig } from './config'

void runMain(() => startAnalyticsDistribution(readConfig()))
