import { isDatabaseUnavailable, isRetryable, NoConnectionError, WriteConflictError } from './failure'

const coded = (code: string) => Object.assign(new Error('x'), { code })

describe('what a database failure means', () => {
  it.each(['57P01', '57P03', '08006', '53300', 'ECONNREFUSED', 'ECONNRESET'])('%s: away, no input is to blame', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(true)
    expect(isDatabaseUnavailable(Object.assign(new Error('wrapped'), { driverError: coded(code) }))).toBe(true)
    expect(isRetryable(coded(code))).toBe(false)
  })

  it.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'Query runner already released. Cannot run queries anymore.', // TypeORM's, after its connection was lost
  ])('"%s": away', (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true)
  })

  it('counts any failure to begin a transaction as away', () => {
    expect(isDatabaseUnavailable(new NoConnectionError(coded('55000')))).toBe(true)
  })

  it.each(['40001', '40P01'])('%s: lost against another transaction', (code) => {
    expect(isRetryable(coded(code))).toBe(true)
    expect(isDatabaseUnavailable(coded(code))).toBe(false)
  })

  it('repeats after a write conflict', () => {
    expect(isRetryable(new WriteConflictError('t'))).toBe(true)
  })

  it.each(['23505', '22P02', '42703'])('%s: neither, the statement or its input is wrong', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(false)
    expect(isRetryable(coded(code))).toBe(false)
  })
})
