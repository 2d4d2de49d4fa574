import { runMain } from '@laurel/service-shell'
import { readConfig } from './config'
import { startCredential } from './credential.module'

void runMain(() => startCredential(readConfig()))
