// One configuration, three projects: the suffix of a spec tells what it costs.
const { existsSync, readdirSync } = require('node:fs')
const { join } = require('node:path')

/** @laurel/<room> is its TypeScript source in tests, so that a spec never runs a stale build. */
const rooms = ['apps', 'libs', 'tools'].flatMap((kind) =>
  readdirSync(join(__dirname, kind))
    .filter((room) => existsSync(join(__dirname, kind, room, 'src')))
    .map((room) => [`^@laurel/${room}$`, `<rootDir>/${kind}/${room}/src`]),
)

const project = (suffix, extra) => ({
  displayName: suffix,
  rootDir: __dirname,
  testMatch: [`<rootDir>/{apps,libs,tools}/**/*.${suffix}.spec.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/'],
  modulePathIgnorePatterns: ['/dist/'],
  moduleNameMapper: Object.fromEntries(rooms),
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  ...extra,
})

const infrastructure = {
  globalSetup: '<rootDir>/tools/dev-stack/src/jest-global-setup.ts',
  globalTeardown: '<rootDir>/tools/dev-stack/src/jest-global-teardown.ts',
}

module.exports = {
  testTimeout: 30_000,
  projects: [project('unit'), project('int', infrastructure), project('e2e')],
}
