import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { ROOT } from './places.mjs'
import { rules } from './plugin.mjs'

/**
 * Lints every fixture with the repository's own configuration and prints `{ rules, results: [{ fixture, messages }] }`.
 * fixtures/<rule>/<fail|pass>/apps/x/src/y.ts is linted as if it were apps/x/src/y.ts, without type information; a
 * fixture whose path names no room is linted where it is, with types.
 */
const FIXTURES = join(ROOT, 'tools/eslint-rules/fixtures')
const asRoomFile = new ESLint({ cwd: ROOT, overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] })
const asItself = new ESLint({
  cwd: ROOT,
  ignore: false,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions: { project: join(FIXTURES, 'tsconfig.json') } } }],
})

async function lint(fixture) {
  const [, , ...place] = fixture.split('/')
  const isRoomFile = ['apps', 'libs', 'tools'].includes(place[0])
  const eslint = isRoomFile ? asRoomFile : asItself
  const filePath = isRoomFile ? join(ROOT, ...place) : join(FIXTURES, fixture)
  const [result] = await eslint.lintText(readFileSync(join(FIXTURES, fixture), 'utf8'), { filePath })
  return { fixture, messages: result.messages.map(({ ruleId, message }) => ({ ruleId, message })) }
}

const results = []
for (const fixture of globSync('*/{fail,pass}/**/*.{ts,mjs,cjs}', { cwd: FIXTURES }).sort()) results.push(await lint(fixture))
process.stdout.write(JSON.stringify({ rules: Object.keys(rules), results }))
