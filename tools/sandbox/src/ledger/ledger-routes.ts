import { problem } from '../http/reply'
import type { Route } from '../http/router'
import { TARGETS, hasEffects, isTarget } from '../targets'
import type { Ledger } from './ledger'

/**
 * `GET /_ledger?target=` lists the accepted effects on a target as `[{key, at, body}]`, oldest first;
 * `&body=false` leaves the bodies out. `DELETE /_ledger` wipes all targets.
 */
export function ledgerRoutes(ledger: Ledger): Route[] {
  return [
    {
      method: 'GET',
      path: '/_ledger',
      answer: ({ query }) => {
        const target = query.get('target')
        const body = query.get('body') ?? 'true'
        if (!isTarget(target)) return problem(400, `target must be one of ${TARGETS.join(', ')}`, 'target')
        if (body !== 'true' && body !== 'false') return problem(400, 'body must be true or false', 'body')
        if (!hasEffects(target)) return { status: 200, body: [] }
        return { status: 200, stream: ledger.of(target).list({ withBody: body === 'true' }) }
      },
    },
    {
      method: 'DELETE',
      path: '/_ledger',
      answer: () => {
        ledger.wipe()
        return { status: 204 }
      },
    },
  ]
}
