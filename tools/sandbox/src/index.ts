export { readConfig, type SandboxConfig } from './config'
export { FAULT_MODES, type Fault, type FaultMode } from './faults/faults'
export { startSandbox, type RunningSandbox, type SandboxOptions } from './sandbox'
export { TARGETS, type Target } from './targets'
