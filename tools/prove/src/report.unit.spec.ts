import { Findings, type FindingKind } from './findings'
import { jsonLine, tableOf, type Verdict } from './report'

const verdict = (...found: [FindingKind, string][]): Verdict => {
  const findings = new Findings()
  for (const [kind, what] of found) findings.add(kind, what)
  return { name: 'mixed-writes', seed: 1_234, faults: { kills: 3, crashes: 2 }, acknowledged: 1_000, recoveryMs: 2_500, findings }
}

describe('the report of a proof', () => {
  it('is one line with the agreed fields', () => {
    expect(jsonLine(verdict())).toBe(
      '{"name":"mixed-writes","seed":1234,"faults":5,"acknowledged":1000,"lost":0,"doubled":0,"wrong":0,"recovery_ms":2500,"ok":true}',
    )
  })

  it.each<FindingKind>(['lost', 'doubled', 'wrong'])('is not ok when anything is %s', (kind) => {
    expect(JSON.parse(jsonLine(verdict([kind, 'a row'])))).toMatchObject({ [kind]: 1, ok: false })
  })

  it('shows each kind of fault, the seed as it is written on the command line, and what was found', () => {
    const lines = tableOf(verdict(['lost', 'lesson a'], ['wrong', 'lesson b'])).map((line) => line.trim().replace(/ {2,}/, ' = '))
    expect(lines).toEqual(expect.arrayContaining(['seed = 1234', 'faults: kills = 3', 'faults: crashes = 2', 'lost = 1', 'ok = NO']))
    expect(lines.slice(-2)).toEqual(['lost: lesson a', 'wrong: lesson b'])
  })
})
