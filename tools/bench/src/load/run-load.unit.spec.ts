import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { poissonSchedule } from '../measure/poisson'
import { randomFrom, uuidText } from '../measure/random'
import { World } from '../seed/world'
import { runLoad } from './run-load'
import { Target } from './target'
import { dealEnrollments } from './workload'

const world = new World(5_000, 1)
const [enrollments] = dealEnrollments(world, 1) as [Uint32Array]
const tokens = Array.from({ length: world.senders }, (_, learner) => `token-${learner}`)
const CLOSED = { kind: 'closed', connections: 4, seconds: 0.3 } as const
const OPEN = { kind: 'open', connections: 4, seconds: 0.5, rate: 400 } as const

interface Seen {
  readonly url: string
  readonly authorization: string
  readonly body: { lesson_id: string; progress_percentage: number }
}

/** A server that answers as told, by the number of the request, and what it was sent. */
class Listening {
  readonly seen: Seen[] = []
  private constructor(private readonly server: Server) {}

  static async answering(answer: (nth: number, ...args: Parameters<RequestListener>) => void): Promise<Listening> {
    const listening = new Listening(
      createServer((request, response) => {
        let body = ''
        request.on('data', (piece: Buffer) => (body += String(piece)))
        request.on('end', () => {
          listening.seen.push({ url: request.url!, authorization: request.headers.authorization!, body: JSON.parse(body) })
          answer(listening.seen.length, request, response)
        })
      }),
    )
    await new Promise<void>((resolve) => listening.server.listen(0, '127.0.0.1', resolve))
    return listening
  }

  target(): Target {
    return new Target((this.server.address() as AddressInfo).port, world, enrollments, tokens)
  }

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }
}

const ok: RequestListener = (_request, response) => void response.end('{}')
let server: Listening
afterEach(() => server.close())

describe('runLoad', () => {
  it('sends each request with the token of its learner, about a lesson of its course version', async () => {
    server = await Listening.answering((_, ...args) => ok(...args))
    const target = server.target()
    const { sent, statuses, inTime, latencies } = await runLoad(target, CLOSED, 'seed')
    expect(server.seen.length).toBe(sent)
    expect(statuses).toEqual({ 200: sent })
    expect(inTime).toBeGreaterThan(0)
    expect(inTime).toBeLessThanOrEqual(sent)
    expect(latencies.length).toBe(sent)
    const places = new Map(Array.from(enrollments, (e) => [`Bearer token-${world.learnerOf(e)}`, world.versionOf(e)]))
    for (const { url, authorization, body } of server.seen) {
      const version = places.get(authorization)!
      expect(url).toBe(`/api/v1/courses/${uuidText(world.versionId(version))}/progress`)
      const lessons = Array.from({ length: 60 }, (_, lesson) => uuidText(world.lessonId(version, lesson)))
      expect(lessons).toContain(body.lesson_id)
    }
  })

  it('remembers the highest percentage of each lesson that was answered with 200, and nothing that was refused', async () => {
    server = await Listening.answering((nth, request, response) => {
      if (nth % 2 === 0) response.setHeader('retry-after', '1').statusCode = 503
      ok(request, response)
    })
    const target = server.target()
    const { statuses, withRetryAfter } = await runLoad(target, CLOSED, 'seed')
    expect(withRetryAfter).toBe(statuses[503])
    const highest = new Map<string, number>()
    for (const { body } of server.seen.filter((_, index) => index % 2 === 0)) {
      highest.set(body.lesson_id, Math.max(highest.get(body.lesson_id) ?? 0, body.progress_percentage))
    }
    const { answers, enrollments: ofWrites, lessons, percentages } = target.acknowledgedWrites()
    expect(answers).toBe(statuses[200])
    const found = Array.from(lessons, (lesson, index) => {
      const enrollment = ofWrites[index]!
      return [uuidText(world.lessonId(world.versionOf(enrollment), lesson)), percentages[index]!] as const
    })
    expect(new Map(found)).toEqual(highest)
  })

  it('counts requests whose connection ends without an answer, and goes on with new connections', async () => {
    server = await Listening.answering((nth, request, response) => (nth % 10 === 0 ? void request.socket.destroy() : ok(request, response)))
    const { sent, statuses, unanswered } = await runLoad(server.target(), CLOSED, 'seed')
    expect(unanswered).toBe(Math.floor(sent / 10))
    expect(statuses[200]).toBe(sent - unanswered)
    // More than the four connections of the start could have lost.
    expect(unanswered).toBeGreaterThan(4)
  })

  it('in the open loop sends what the schedule says, whatever the answers are', async () => {
    server = await Listening.answering((_, ...args) => ok(...args))
    const { sent, unsent } = await runLoad(server.target(), OPEN, 'seed')
    expect(sent + unsent).toBe(poissonSchedule(OPEN.rate, OPEN.seconds, randomFrom('seed arrivals')).length)
    expect(server.seen.length).toBe(sent)
  })

  it('fails when nothing listens', async () => {
    server = await Listening.answering((_, ...args) => ok(...args))
    const target = server.target()
    server.close()
    await expect(runLoad(target, CLOSED, 'seed')).rejects.toThrow('ECONNREFUSED')
  })
})
