import { createProjectGraphAsync } from '@nx/devkit'
import nx from '@nx/eslint-plugin'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { depConstraints, ignoredCircularDependencies } from './tools/eslint-rules/src/boundaries.mjs'
import * as laurel from './tools/eslint-rules/src/plugin.mjs'

// Without a cached project graph @nx/enforce-module-boundaries skips itself with a warning; this makes one, or fails.
await createProjectGraphAsync()

const PURE = ['apps/*/src/domain/**/*.ts', 'libs/course-rule/src/**/*.ts']
const SPECS = ['**/*.{spec,test}.ts']

export default defineConfig(
  { ignores: ['**/dist/', '**/coverage/', '.laurel/', '.nx/', 'tools/eslint-rules/fixtures/'] },
  {
    linterOptions: { noInlineConfig: true },
    plugins: { '@nx': nx, laurel },
  },
  {
    name: 'laurel/types',
    files: ['**/*.{ts,mts,cts}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: 'tools/eslint-rules/tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', 400],
      '@typescript-eslint/no-explicit-any': 'error',
      // An async method without await fulfils an interface that returns a promise, and turns its throws into rejections.
      '@typescript-eslint/require-await': 'off',
      // kafkajs and Node declare plain functions as methods, and destructuring those is how they are used.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    name: 'laurel/rooms',
    files: ['{apps,libs,tools}/**/*.{ts,mts,cts,js,mjs,cjs}'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints, ignoredCircularDependencies }],
      'laurel/app-rooms': 'error',
      'laurel/env-in-config': 'error',
      'laurel/front-door': 'error',
      'laurel/names': 'error',
      'laurel/no-cycles': 'error',
      'laurel/package-homes': [
        'error',
        [
          {
            package: 'kafkajs',
            homes: ['libs/messaging/**'],
            instead: 'use what @laurel/messaging exports',
          },
          {
            package: '@laurel/testing',
            homes: ['**/*.spec.ts', '**/*.fixture.ts', 'libs/testing/**', 'tools/e2e/**'],
            instead: 'production code does not need it',
          },
        ],
      ],
      'laurel/spec-suffix': 'error',
    },
  },
  {
    name: 'laurel/env',
    files: ['**/config.ts', 'tools/bootstrap.mjs'],
    rules: { 'laurel/env-in-config': 'off' },
  },
  {
    name: 'laurel/no-console',
    files: ['{apps,libs}/*/src/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    name: 'laurel/domain',
    files: PURE,
    ignores: SPECS,
    rules: { 'laurel/pure-inputs': 'error' },
  },
  {
    name: 'laurel/domain-imports',
    files: ['apps/*/src/domain/**/*.ts'],
    ignores: SPECS,
    rules: { 'laurel/pure-imports': ['error', ['@laurel/contracts', '@laurel/course-rule']] },
  },
  {
    name: 'laurel/course-rule-imports',
    files: ['libs/course-rule/src/**/*.ts'],
    ignores: SPECS,
    rules: { 'laurel/pure-imports': ['error', ['@laurel/contracts']] },
  },
  {
    name: 'laurel/specs',
    files: SPECS,
    rules: {
      'laurel/no-focused-specs': 'error',
      // What a spec parses or mocks is untyped on purpose: its expectations are what checks it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    name: 'laurel/no-sleep',
    files: SPECS,
    ignores: ['libs/testing/**'],
    rules: { 'laurel/no-sleep-in-specs': 'error' },
  },
)
