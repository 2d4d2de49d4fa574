import { runMain } from '@laurel/service-shell'
import { readConfig } from './config'
import { startProgress } from './progress.module'

void runMain(() => startProgress(readConfig()))
