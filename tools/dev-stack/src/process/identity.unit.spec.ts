import { identify, isAlive, parseStat } from './identity'

describe('parseStat', () => {
  const after = (state: string) => `${state} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20 21`

  it('finds state and start time', () => {
    expect(parseStat(`42 (node) ${after('S')}`)).toEqual({ state: 'S', startTicks: '987654' })
  })

  it('is not misled by spaces and brackets in the command name', () => {
    expect(parseStat(`42 (a ) R 1 (b) c) ${after('Z')}`)).toEqual({ state: 'Z', startTicks: '987654' })
  })

  it('finds nothing in a truncated line', () => {
    expect(parseStat('42 (node) S 1 2')).toBeUndefined()
  })
})

describe('identify', () => {
  it('tells a process from a later one with the same id', () => {
    const self = identify(process.pid)!
    expect(isAlive(self)).toBe(true)
    expect(isAlive({ ...self, started: `${self.started}1` })).toBe(false)
  })

  it('finds nobody at an id that is not in use', () => {
    expect(identify(2 ** 30)).toBeUndefined()
  })
})
