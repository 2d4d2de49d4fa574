import { started } from './jest-global-setup'

/** Stops what the setup of this run started. */
export default async function tearDown(): Promise<void> {
  await started.laurelTestInfra?.stop()
}
