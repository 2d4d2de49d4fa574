import type { Mutant } from './mutant'
import { MUTANTS } from './mutant-list'
import { proveMutants } from './mutants'

const MINUTE = 60_000
const said: string[] = []
const judge = (...some: Mutant[]) => proveMutants(some, { say: (line) => void said.push(line), signal: new AbortController().signal })
const named = (name: string) => MUTANTS.find((mutant) => mutant.name === name)!

/** Real: the copy of the sources, jest and the specs. These need no servers. */
describe('npm run prove -- mutants', () => {
  it(
    'catches two of the list, and names the tests that did',
    async () => {
      const { findings, faults } = await judge(named('percentage-rounded-up'), named('fence-of-any-cluster'))
      expect(findings.examples).toEqual([])
      expect(faults).toEqual({ 'seeded bugs': 2 })
      const lines = said.filter((line) => line.includes('caught'))
      expect(lines).toEqual([
        expect.stringMatching(/1\/2 +caught +percentage-rounded-up .* s {2}evaluate /),
        expect.stringMatching(/2\/2 +caught +fence-of-any-cluster .* s {2}fenceRefusal /),
      ])
    },
    2 * MINUTE,
  )

  it(
    'finds one that survives, and refuses one whose text is gone',
    async () => {
      const harmless = { ...named('percentage-rounded-up'), name: 'harmless', replacement: 'Math.trunc((100 * satisfied) / rule.needed)' }
      const { findings } = await judge(harmless)
      expect(findings.examples).toEqual([{ kind: 'wrong', what: expect.stringMatching(/^harmless survived: /) }])
      await expect(judge({ ...harmless, text: 'no such text' })).rejects.toThrow(/occurs 0 times/)
    },
    2 * MINUTE,
  )
})
