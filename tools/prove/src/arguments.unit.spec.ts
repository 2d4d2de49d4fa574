import { parseArguments, UsageError } from './arguments'

const NAMES = ['mixed-writes', 'zombies']
const parsed = (...argv: string[]) => parseArguments(argv, NAMES)

describe('the arguments of prove', () => {
  it('are a proof and what fixes it', () => {
    expect(parsed('zombies', '--seed', '7', '--writes', '50', '--seconds', '9', '--json', '--write')).toEqual({
      kind: 'prove',
      names: ['zombies'],
      seed: 7,
      writes: 50,
      seconds: 9,
      json: true,
      write: true,
    })
  })

  it('may say how many cases, and which mutant', () => {
    expect(parsed('zombies', '--cases', '10000', '--only', 'no-fence')).toMatchObject({ cases: 10_000, only: 'no-fence' })
  })

  it('may name several proofs', () => {
    expect(parsed('zombies', 'mixed-writes')).toMatchObject({ names: ['zombies', 'mixed-writes'] })
  })

  it('may be left out: every proof, with a seed of its own', () => {
    expect(parsed()).toEqual({ kind: 'prove', names: [], json: false, write: false })
  })

  it.each([
    [['nonsense'], 'there is no proof "nonsense": write one of mixed-writes, zombies'],
    [['--writes', '0'], '--writes is "0": write a whole number of at least 1'],
    [['--seed', '1.5'], '--seed is "1.5": write a whole number of at least 0'],
    [['--speed', '9'], "Unknown option '--speed'"],
  ])('are refused when they make no sense: %j', (argv, message) => {
    expect(() => parsed(...argv)).toThrow(new UsageError(message))
  })

  it('ask for help', () => {
    expect(parsed('zombies', '--help')).toEqual({ kind: 'help' })
  })
})
