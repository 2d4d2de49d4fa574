import { TokenCache } from './token-cache'

const caller = { userId: 'u', orgId: null, roles: [], isAdmin: false, isOrgAdmin: false }

describe('TokenCache', () => {
  it('knows a token until it expires, and forgets it then', () => {
    const cache = new TokenCache()
    cache.put('t', caller, 1_000)
    expect(cache.get('t', 999)).toBe(caller)
    expect(cache.get('t', 1_000)).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('does not know another token', () => {
    const cache = new TokenCache()
    cache.put('t', caller, 1_000)
    expect(cache.get('T', 0)).toBeUndefined()
  })

  it('drops the least recently used token when it is full', () => {
    const cache = new TokenCache(2)
    for (const token of ['a', 'b']) cache.put(token, caller, 1_000)
    cache.get('a', 0)
    cache.put('c', caller, 1_000)
    expect(['a', 'b', 'c'].filter((token) => cache.get(token, 0) !== undefined)).toEqual(['a', 'c'])
    expect(cache.size).toBe(2)
  })
})
