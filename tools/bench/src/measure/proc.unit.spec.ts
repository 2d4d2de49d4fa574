import { parseResident, parseStat, sumOfTree } from './proc'

const stat = (parent: number, ...[user, system, childrenUser, childrenSystem]: number[]) =>
  `4711 (a (strange) name) S ${parent} 4711 4711 0 -1 4194560 1 2 3 4 ${user} ${system} ${childrenUser} ${childrenSystem} 20 0 1 0 99 0 0`

describe('parseStat', () => {
  it('reads the parent and the CPU time, whatever the command is called', () => {
    expect(parseStat(stat(12, 150, 50, 7, 3))).toEqual({ parent: 12, seconds: 2.1 })
  })
})

describe('sumOfTree', () => {
  it('counts a process, its children and theirs, and nobody else', () => {
    const processes = new Map([
      [1, { parent: 0, seconds: 1_000 }],
      [10, { parent: 1, seconds: 1 }],
      [11, { parent: 10, seconds: 2 }],
      [12, { parent: 11, seconds: 4 }],
      [20, { parent: 1, seconds: 100 }],
    ])
    expect(sumOfTree(10, processes)).toBe(7)
  })
})

describe('parseResident', () => {
  it('gives bytes', () => {
    expect(parseResident('Name:\tnode\nVmPeak:\t  999 kB\nVmRSS:\t   2048 kB\nThreads:\t1\n')).toBe(2 * 1024 * 1024)
  })

  it('gives no number for a process without memory of its own', () => {
    expect(parseResident('Name:\tkthreadd\n')).toBeNaN()
  })
})
