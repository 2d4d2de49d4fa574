import { Findings } from '../findings'
import { compareColumns } from './columns'

const tables = (...rows: string[]) => new Map([['hr.training_records', new Set(rows)]])

it.each([
  ['the same rows', ['a', 'b'], { lost: 0, wrong: 0 }],
  ['a row that is gone', ['a'], { lost: 1, wrong: 0 }],
  ['a row that is new', ['a', 'b', 'c'], { lost: 0, wrong: 1 }],
  ['a row that has changed', ['a', 'B'], { lost: 1, wrong: 1 }],
])('%s after a replay', (_what, rows, expected) => {
  const findings = new Findings()
  compareColumns(tables('a', 'b'), tables(...rows), 'a replay', findings)
  expect({ lost: findings.lost, wrong: findings.wrong }).toEqual(expected)
})
