import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { allocateYoung } from './young-allocation'

/** Keeps what one place makes over many collections, and says how many of a thousand further objects are young then. */
const MAKE_AND_KEEP = `
  const make = (i) => [{ i }, i, i]
  for (let round = 0; round < 60; round++) for (let i = 0, kept = []; i < 30_000; i++) kept.push(make(i))
  let young = 0
  for (let i = 0; i < 1_000; i++) if (%InYoungGeneration(make(i))) young++
  require('node:worker_threads').parentPort.postMessage(young)
`

async function youngOfThousand(): Promise<number> {
  const worker = new Worker(MAKE_AND_KEEP, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: 3 } })
  const [young] = (await once(worker, 'message')) as [number]
  return young
}

describe('objects of a place whose objects survive', () => {
  beforeAll(() => {
    setFlagsFromString('--allow-natives-syntax')
    // As Node has it, whatever ran before in this process.
    setFlagsFromString('--allocation-site-pretenuring')
  })
  afterAll(() => setFlagsFromString('--allocation-site-pretenuring'))

  it('are allocated in the old generation by default', async () => {
    expect(await youngOfThousand()).toBe(0)
  })

  it('are allocated in the young one', async () => {
    allocateYoung()
    expect(await youngOfThousand()).toBe(1_000)
  })
})
