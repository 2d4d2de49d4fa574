import { Repeated } from './repeated'

it('says a thing once per interval, with how often it happened', () => {
  let now = 0
  const said: string[] = []
  const repeated = new Repeated(1_000, () => now)
  const say = (what: string): void => repeated.say(what, (times) => said.push(`${what} x${times}`))

  say('a')
  say('a')
  say('b')
  now = 999
  say('a')
  now = 1_000
  say('a')
  say('a')

  expect(said).toEqual(['a x1', 'b x1', 'a x3'])
})
