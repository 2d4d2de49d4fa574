import { appRooms } from './rules/app-rooms.mjs'
import { envInConfig } from './rules/env-in-config.mjs'
import { frontDoor } from './rules/front-door.mjs'
import { names } from './rules/names.mjs'
import { noCycles } from './rules/no-cycles.mjs'
import { noFocusedSpecs } from './rules/no-focused-specs.mjs'
import { noSleepInSpecs } from './rules/no-sleep-in-specs.mjs'
import { packageHomes } from './rules/package-homes.mjs'
import { pureImports } from './rules/pure-imports.mjs'
import { pureInputs } from './rules/pure-inputs.mjs'
import { specSuffix } from './rules/spec-suffix.mjs'

export const meta = { name: 'laurel' }

/** What lint demands of the rooms; eslint.config.mjs says where each rule holds. */
export const rules = {
  'app-rooms': appRooms,
  'env-in-config': envInConfig,
  'front-door': frontDoor,
  names,
  'no-cycles': noCycles,
  'no-focused-specs': noFocusedSpecs,
  'no-sleep-in-specs': noSleepInSpecs,
  'package-homes': packageHomes,
  'pure-imports': pureImports,
  'pure-inputs': pureInputs,
  'spec-suffix': specSuffix,
}
