import { parseArguments, UsageError } from './arguments'

describe('parseArguments', () => {
  it.each([
    [['start'], { kind: 'start', once: false, fresh: false }],
    [['start', '--once', '--fresh', '--input', 'in'], { kind: 'start', once: true, fresh: true, input: 'in' }],
    [['start', '--generate', 'out', '--learners', '5000', '--seed', '7'], { kind: 'generate', dir: 'out', learners: 5000, seed: 7 }],
    [['start', '--generate=out', '--learners=1'], { kind: 'generate', dir: 'out', learners: 1, seed: 1 }],
    [['stack'], { kind: 'stack', fresh: false }],
    [['stack', '--fresh'], { kind: 'stack', fresh: true }],
    [['test'], { kind: 'test' }],
    [['test', '--only', 'any-order'], { kind: 'test', only: 'any-order' }],
    [['check'], { kind: 'check' }],
    [['start', '--help'], { kind: 'help' }],
  ])('reads %j', (argv, command) => {
    expect(parseArguments(argv)).toEqual(command)
  })

  it.each([
    [[], '"" is no command: write start, stack, check or test'],
    [['run'], '"run" is no command: write start, stack, check or test'],
    [['start', '--onse'], "Unknown option '--onse'"],
    [['start', 'demo'], "Unexpected argument 'demo'"],
    [['stack', '--once'], "Unknown option '--once'"],
    [['test', '--fresh'], "Unknown option '--fresh'"],
    [['check', '--only', 'x'], "Unknown option '--only'"],
    [['test', '--only='], '--only needs a value'],
    [['start', '--input='], '--input needs a value'],
    [['start', '--learners', '5'], '--learners goes with --generate DIR'],
    [['start', '--seed', '5'], '--seed goes with --generate DIR'],
    [['start', '--generate', 'out'], '--generate needs --learners N'],
    [['start', '--generate', 'out', '--learners', 'many'], '--learners is "many": write a whole number of at least 1'],
    [['start', '--generate', 'out', '--learners', '0'], '--learners is "0": write a whole number of at least 1'],
    [['start', '--generate', 'out', '--learners', '5', '--seed', '1.5'], '--seed is "1.5": write a whole number of at least 0'],
    [['start', '--generate', 'out', '--learners', '5', '--once'], '--once does not go with --generate, which starts nothing'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(UsageError)
    expect(() => parseArguments(argv)).toThrow(message)
  })
})
