import { parseArguments, UsageError } from './arguments'

const NAMES = ['mixed-writes', 'zombies']
const parsed = (...argv: string[]) => parseArguments(argv, NAMES)

describe('the arguments of prove', () => {
  it('are a proof and what fixes it', () => {
    expect(parsed('zombies', '--seed', '7', '--writes', '50', '--seconds', '9', '--json')).toEqual({
      kind: 'prove',
      name: 'zombies',
      seed: 7,
      writes: 50,
      seconds: 9,
      json: true,
    })
  })

  it('may be left out: every proof, with a seed of its own', () => {
    expect(parsed()).toEqual({ kind: 'prove', json: false })
  })

  it.each([
    [['nonsense'], 'there is no proof "nonsense": write one of mixed-writes, zombies'],
    [['zombies', 'mixed-writes'], 'one proof at a time, or none for all of them (got zombies mixed-writes)'],
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
