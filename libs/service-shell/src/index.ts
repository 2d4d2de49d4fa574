export { callerOf, CurrentCaller, Public, Roles, type Caller, type CallerRequest, type RoleName } from './auth/caller'
export { ConfigError, EnvReader, readEnv, type IntegerRule } from './config/env-reader'
export { readShellConfig, type IamConfig, type ProcessRole, type ShellConfig } from './config/shell-config'
export { JobsController } from './http/jobs.controller'
export { ParkedController } from './http/parked.controller'
export { ApiProblems } from './http/api-problems'
export {
  EXAMPLE,
  IdBody,
  NullableIdBody,
  TextBody,
  NullableTextBody,
  TimeBody,
  NullableTimeBody,
  CountBody,
  NullableNumberBody,
  FlagBody,
  NullableEnumBody,
  ListBody,
  NullableBody,
  NextCursorBody,
  UuidParam,
} from './http/bodies'
export { Optional, Uuid, UuidField, WholeNumber, WholeNumberField, LimitField } from './http/fields'
export { LoadShedding } from './http/load-shedding'
export { StreamedBody } from './http/streamed-body'
export { Health, type Check } from './lifecycle/health'
export { runMain } from './lifecycle/run-main'
export { allocateYoung } from './lifecycle/young-allocation'
export { startLaurelService, type Foundation, type LaurelServiceOptions } from './lifecycle/start-laurel-service'
export { startService, type RunningService, type ServiceOptions } from './lifecycle/boot'
export { Problem, type FieldError, type ProblemBody } from './problem/problem'
export { SchemaPipe } from './problem/schema-pipe'
export type { SchemaFormat, SchemaFormats } from './problem/schema-refusal'
export { UuidPipe } from './problem/validation'
