import { parseArguments } from './arguments'

const refusal = (...args: string[]) => {
  try {
    parseArguments(args)
    return null
  } catch (error) {
    return (error as Error).message.split('\n')[0]
  }
}

describe('parseArguments', () => {
  it('reads each command', () => {
    expect(parseArguments(['dead-letters', 'list', '--json'])).toEqual({ kind: 'list-dead-letters', json: true })
    expect(parseArguments(['dead-letters', 'replay', '--service', 'progress', '--reason', 'lesson_id'])).toEqual({
      kind: 'replay-dead-letters',
      service: 'progress',
      reason: 'lesson_id',
      json: false,
    })
    expect(
      parseArguments(['fence', 'set', '--service', 'hr-report', '--topic', 'course.completed', '--partition', 'all', '--to', 'low']),
    ).toEqual({
      kind: 'set-fence',
      service: 'hr-report',
      topic: 'course.completed',
      partition: 'all',
      to: 'low',
      json: false,
    })
    expect(
      parseArguments(['fence', 'set', '--service', 'progress', '--topic', 't', '--partition', '3', '--to', '9007199254740993']),
    ).toMatchObject({
      partition: 3,
      to: 9007199254740993n,
    })
  })

  it('refuses what is missing or wrong, by name', () => {
    expect(refusal('fence', 'set', '--service', 'progress')).toBe('give --topic')
    expect(refusal('fence', 'show', '--service', 'nobody')).toContain('--service must be one of progress,')
    expect(refusal('fence', 'set', '--service', 'progress', '--topic', 't', '--partition', 'x', '--to', 'low')).toBe(
      '--partition must be a whole number or all (got x)',
    )
    expect(refusal('fence', 'set', '--service', 'progress', '--topic', 't', '--partition', '1', '--to', '-1')).toContain('--to')
    expect(refusal('dead-letters', 'replay', '--service', 'progress')).toContain('say which')
    expect(refusal('dead-letters', 'remove')).toBe('no such command')
    expect(refusal('fence', 'show', '--colour')).toContain("Unknown option '--colour'")
  })
})
