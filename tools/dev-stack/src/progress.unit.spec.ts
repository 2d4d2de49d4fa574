import { elapsed, Progress } from './progress'

describe('Progress', () => {
  let lines: string[]
  beforeEach(() => (lines = []))
  const progress = (colour: boolean) => new Progress((line) => lines.push(line), colour)

  it('prints what was done, with the time', async () => {
    const value = await progress(false).step('Kafka', async () => ({ done: 'Kafka on 127.0.0.1:4392', value: 7 }))
    expect(value).toBe(7)
    expect(lines).toEqual([expect.stringMatching(/^✓ Kafka on 127\.0\.0\.1:4392 {2}\d+\.\d s$/)])
  })

  it('prints the name of a step that fails, and throws on', async () => {
    const broken = progress(false).step('Kafka', () => Promise.reject(new Error('no broker')))
    await expect(broken).rejects.toThrow('no broker')
    expect(lines).toEqual([expect.stringMatching(/^✗ Kafka {2}\d/)])
  })

  it('writes escape sequences only when asked to', () => {
    progress(false).note('plain')
    progress(true).note('coloured')
    expect(lines).toEqual(['· plain', '\u001b[2m·\u001b[0m coloured'])
  })
})

describe('elapsed', () => {
  it.each([
    [0, '0.0 s'],
    [1_840, '1.8 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(elapsed(ms)).toBe(text)
  })
})
