import { sameStatement, statementDigest, statementError, type Statement } from './statement'

const statement = (change: object = {}): Statement => ({
  id: '00000000-0000-4000-8000-000000000001',
  actor: { account: { homePage: 'https://laurel.example', name: 'u-1' } },
  verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
  object: { id: 'https://laurel.example/lessons/1' },
  ...change,
})

it('takes a minimal statement, each identifier, a reference, and a null in extensions', () => {
  const context = { extensions: { 'https://laurel.example/x': null } }
  expect(statementError(statement({ context }))).toBeNull()
  expect(statementError(statement({ actor: { objectType: 'Agent', mbox: 'mailto:a@learners.example' } }))).toBeNull()
  expect(statementError(statement({ object: { objectType: 'StatementRef', id: statement().id } }))).toBeNull()
  expect(statementError(statement({ timestamp: '2026-01-02T03:04:05.678Z' }))).toBeNull()
})

it.each([
  [{ id: undefined }, 'id must'],
  [{ id: '7' }, 'id must'],
  [{ actor: undefined }, 'actor must'],
  [{ actor: {} }, 'exactly one of mbox'],
  [{ actor: { mbox: 'mailto:a@b.example', openid: 'https://b.example' } }, 'exactly one of mbox'],
  [{ actor: { mbox: 'a@b.example' } }, 'actor.mbox'],
  [{ actor: { account: { homePage: 'laurel', name: 'u' } } }, 'actor.account.homePage'],
  [{ actor: { account: { homePage: 'https://laurel.example' } } }, 'actor.account.name'],
  [{ actor: { objectType: 'Person', mbox: 'mailto:a@b.example' } }, 'actor.objectType'],
  [{ verb: { id: 'completed' } }, 'verb.id'],
  [{ verb: undefined }, 'verb.id'],
  [{ object: { id: 'lesson 1' } }, 'object.id'],
  [{ object: undefined }, 'object must'],
  [{ object: { objectType: 'StatementRef', id: 'x' } }, 'object.id'],
  [{ object: { objectType: 'Agent', mbox: 'mailto:a@b.example' } }, 'object.objectType'],
  [{ timestamp: 'today' }, 'timestamp'],
  [{ timestamp: '2026-13-02T03:04:05Z' }, 'timestamp'],
  [{ result: { score: { raw: null } } }, 'result.score.raw'],
  [{ colour: 'red' }, 'colour'],
])('refuses %j and says %s', (change, reason) => {
  expect(statementError(statement(change))).toContain(reason)
})

describe('two statements with one id', () => {
  const same = (a: object, b: object) => sameStatement(statementDigest(statement(a)), statementDigest(statement(b)))
  const noon = '2026-01-02T12:00:00.000Z'

  it('are the same when they differ in what a record store adds', () => {
    expect(same({ stored: noon, version: '1.0.0', authority: { mbox: 'mailto:a@b.example' } }, {})).toBe(true)
    expect(same({ timestamp: noon }, {})).toBe(true)
    expect(same({ timestamp: noon }, { timestamp: '2026-01-02T13:00:00+01:00' })).toBe(true)
    expect(same({ verb: { id: 'a:b', display: {} } }, { verb: { display: {}, id: 'a:b' } })).toBe(true)
  })

  it('are two when they differ in anything else', () => {
    expect(same({ timestamp: noon }, { timestamp: '2026-01-02T12:00:01.000Z' })).toBe(false)
    expect(same({ result: { completion: true } }, {})).toBe(false)
    expect(same({ object: { id: 'https://laurel.example/lessons/2' } }, {})).toBe(false)
  })
})
