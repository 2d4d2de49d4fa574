import { commandOf, parseArguments, type Command } from './arguments'

const parse = (...args: string[]) => parseArguments(['bench', ...args], ['http', 'ingest'])

describe('parseArguments', () => {
  it('runs all benchmarks at full size when nothing is said', () => {
    expect(parse()).toMatchObject({
      kind: 'bench',
      name: null,
      json: false,
      options: { rows: 10_000_000, events: 1_000_000, rate: 3_000, eventRate: 500 },
    })
  })

  it('takes a name and options, and at most a tenth of the rows as events', () => {
    expect(parse('http', '--rows', '100_000', '--json', '--seconds', '2', '--event-rate', '50')).toMatchObject({
      name: 'http',
      json: true,
      options: { rows: 100_000, seconds: 2, events: 10_000, eventRate: 50 },
    })
  })

  it.each([
    [[], true],
    [['--json'], true],
    [['http'], false],
    [['http', '--write'], true],
    [['--rounds', '1'], false],
    [['--rounds', '1', '--write'], true],
    [['--gate'], false],
  ])('%j writes what it measured: %s', (args, write) => {
    expect(parse(...args)).toMatchObject({ write })
  })

  it('compares all or one with what is recorded', () => {
    expect(parse()).toMatchObject({ gate: false })
    expect(parse('--gate')).toMatchObject({ gate: true, name: null })
    expect(parse('http', '--gate', '--json')).toMatchObject({ gate: true, name: 'http' })
  })

  it.each([
    [['htp'], '"htp" is no benchmark: write http or ingest'],
    [['http', 'ingest'], '"ingest" is one name too many'],
    [['--rows', 'many'], '--rows is "many": write a whole number of at least 1000'],
    [['--seconds', '0'], '--seconds is "0": write a whole number of at least 1'],
    [['--gate', '--rounds', '1'], '--gate measures at the recorded size'],
    [['--gate', '--write'], '--gate writes nothing'],
    [['--sedonds', '1'], "Unknown option '--sedonds'"],
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(message)
  })
})

describe('commandOf', () => {
  it.each([
    [[], 'npm run bench -- http'],
    [['--event-rate', '50', '--rows', '20000'], 'npm run bench -- http --rows 20000 --event-rate 50 --events 2000'],
  ])('says what to type for %j', (args, command) => {
    const { options } = parse('http', ...args) as Extract<Command, { kind: 'bench' }>
    expect(commandOf('http', options)).toBe(command)
  })
})
