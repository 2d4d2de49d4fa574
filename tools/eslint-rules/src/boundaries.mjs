/** What each lib may import; a lib that is missing here may neither import nor be imported. */
const LIBS = {
  contracts: [],
  'course-rule': ['contracts'],
  telemetry: [],
  postgres: ['telemetry'],
  jobs: ['postgres', 'telemetry'],
  directory: ['jobs'],
  messaging: ['contracts', 'postgres', 'telemetry'],
  'course-versions': ['contracts', 'course-rule', 'messaging', 'postgres'],
  'service-shell': ['jobs', 'messaging', 'postgres', 'telemetry'],
}

const lib = (name) => `lib:${name}`
const EVERY_LIB = Object.keys(LIBS).map(lib)

/** Which tag may depend on which. @laurel/testing is open to everyone here: laurel/package-homes lets only specs have it. */
export const depConstraints = [
  ...Object.entries(LIBS).map(([name, may]) => ({
    sourceTag: lib(name),
    onlyDependOnLibsWithTags: [...may, 'testing'].map(lib),
  })),
  { sourceTag: lib('testing'), onlyDependOnLibsWithTags: EVERY_LIB },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: [...EVERY_LIB, lib('testing')] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: [...EVERY_LIB, lib('testing'), 'type:tool'] },
]

/** The specs of a lib use @laurel/testing, which uses the lib: a cycle of projects, not of anything that is built. */
export const ignoredCircularDependencies = Object.keys(LIBS).map((name) => ['@laurel/testing', `@laurel/${name}`])
