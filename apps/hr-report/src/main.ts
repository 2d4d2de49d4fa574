import { runMain } from '@laurel/service-shell'
import { readConfig } from './config'
import { startHrReport } from './hr-report.module'

void runMain(() => startHrReport(readConfig()))
