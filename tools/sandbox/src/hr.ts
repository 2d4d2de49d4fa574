import { fingerprint } from './fingerprint'
import { problem } from './http/reply'
import { bearerToken, objectBody } from './http/request'
import type { Route } from './http/router'
import type { EffectLog } from './ledger/effect-log'
import { uuidOf } from './uuid'

const KEY_LIMIT = 255

/**
 * HR: takes a training record once per Idempotency-Key. A repeat with the same content answers 200 with the first
 * record's id, one with other content 422, neither with a new effect.
 */
export function hrRoutes(log: EffectLog): Route[] {
  return [
    {
      method: 'POST',
      path: '/hr/training-records',
      target: 'hr',
      answer: (request) => {
        if (bearerToken(request) === null) {
          const challenge = { 'www-authenticate': 'Bearer' }
          return problem(401, 'send Authorization: Bearer <token>', 'authorization', challenge)
        }
        const key = request.headers['idempotency-key']
        if (typeof key !== 'string' || key === '' || key.length > KEY_LIMIT) {
          return problem(400, `Idempotency-Key must be 1 to ${KEY_LIMIT} characters`, 'idempotency-key')
        }
        const body = objectBody(request)
        const digest = fingerprint(body)
        const id = uuidOf(`hr|${key}`)
        const earlier = log.find(key)
        if (earlier === undefined) {
          log.record([{ key, digest, body }])
          return { status: 201, body: { id } }
        }
        if (earlier.digest === digest) return { status: 200, body: { id } }
        return problem(422, 'this Idempotency-Key came before with another body', 'idempotency-key')
      },
    },
  ]
}
