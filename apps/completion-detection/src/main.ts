import { runMain } from '@laurel/service-shell'
import { startCompletionDetection } from './completion-detection.module'
import { readConfig } from './config'

void runMain(() => startCompletionDetection(readConfig()))
