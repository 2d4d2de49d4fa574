import { createHash } from 'node:crypto'
import { definitionOf } from '@laurel/contracts'
import { Random } from '../random'
import { WAYS } from './malformed'
import { makeWorld } from './world'
import { WriteStream } from './write-stream'
import type { KafkaWrite, Write } from './writes'

const WRITES = 2_500

function stream(seed = 'a seed') {
  const world = makeWorld(new Random(`${seed} world`), 60)
  return { world, stream: new WriteStream(new Random(seed), world, WRITES) }
}

/** Of everything that is sent. */
function digest(writes: Iterable<Write>): string {
  const hash = createHash('sha256')
  for (const write of writes) {
    const { enrollment: _enrollment, effect: _effect, ...sent } = { enrollment: null, effect: null, ...write }
    hash.update(JSON.stringify(sent))
  }
  return hash.digest('hex')
}

const kafkaOf = (writes: readonly Write[]) => writes.filter((write): write is KafkaWrite => write.via === 'kafka')
const isLetIn = ({ effect }: KafkaWrite) =>
  effect.kind === 'version' || (effect.kind === 'request' && effect.enrollment.standing === 'late')

/** Whether its headers and its value are what the contracts ask for. */
function isReadable({ topic, headers, value }: KafkaWrite): boolean {
  const definition = definitionOf(topic).find(({ type }) => type === headers['ce_type'])
  try {
    return headers['ce_specversion'] === '1.0' && definition!.parse(JSON.parse(value!.toString())).ok
  } catch {
    return false
  }
}

describe('WriteStream', () => {
  const { world, stream: one } = stream()
  const writes = [...one.all()]

  it('is fixed by the seed to the byte', () => {
    expect(digest(stream().stream.all())).toBe(digest(writes))
    expect(digest(stream('another').stream.all())).not.toBe(digest(writes))
  })

  it('is about as long as it was asked to be, and goes both ways', () => {
    expect(writes.length).toBeGreaterThanOrEqual(WRITES)
    expect(writes.length).toBeLessThan(WRITES * 1.1)
    expect(kafkaOf(writes).length).toBeGreaterThan(WRITES / 3)
    expect(kafkaOf(writes).length).toBeLessThan((WRITES * 2) / 3)
  })

  it('repeats events under their own ids, and never gives two records the same name', () => {
    const kafka = kafkaOf(writes)
    const events = new Set(kafka.map(({ headers }) => headers['ce_id']))
    expect(kafka.length - events.size).toBeGreaterThan(kafka.length / 20)
    expect(new Set(kafka.map(({ recordId }) => recordId)).size).toBe(kafka.length)
  })

  it('holds every way of being malformed, and nothing else that cannot be read', () => {
    const [bad, good] = [true, false].map((isBad) => kafkaOf(writes).filter(({ effect }) => (effect.kind === 'dead-letter') === isBad))
    expect(new Set(bad!.map(({ headers }) => headers['ce_id'])).size).toBeGreaterThanOrEqual(WAYS)
    expect(good!.filter((write) => !isReadable(write))).toEqual([])
    // Those that are readable name a lesson or quiz that no version has.
    expect(bad!.filter((write) => !isReadable(write)).length).toBeGreaterThan(bad!.length / 2)
  })

  it('opens a new cycle right after the revocation that allows it, and leaves time to learn in it', () => {
    const renewed = kafkaOf(writes).filter(({ effect }) => effect.kind === 'request' && effect.enrollment.standing === 'renewed')
    const actions = renewed.map(({ effect }) => (effect.kind === 'request' ? effect.action : ''))
    expect(actions.length).toBeGreaterThan(2)
    expect(actions).toEqual(actions.map((_, index) => (index % 2 === 0 ? 'revoke' : 'open_cycle')))
    expect(writes.indexOf(renewed.at(-1)!)).toBeLessThan(WRITES * 0.85)
  })

  it('lets every late enrollment in, also when it is ended early', () => {
    const late = world.enrollments.filter(({ standing }) => standing === 'late')
    expect(late.length).toBeGreaterThan(0)
    expect(kafkaOf(writes).filter(isLetIn)).toHaveLength(late.length + 1)
    const { stream: other } = stream()
    const begun = []
    for (const write of other.all()) if (begun.push(write) === 700) other.end()
    expect(kafkaOf(begun).filter(isLetIn)).toHaveLength(late.length + 1)
    expect(begun.length).toBeLessThan(800)
  })
})
