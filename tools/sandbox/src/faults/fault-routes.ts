import { problem } from '../http/reply'
import { objectBody } from '../http/request'
import type { Route } from '../http/router'
import { TARGETS, isTarget } from '../targets'
import { FAULT_MODES, type Faults } from './faults'

/** `POST /_faults {target, mode, rate}` (rate defaults to 1) and `GET /_faults`, which lists those in force. */
export function faultRoutes(faults: Faults): Route[] {
  return [
    { method: 'GET', path: '/_faults', answer: () => ({ status: 200, body: faults.list() }) },
    {
      method: 'POST',
      path: '/_faults',
      answer: (request) => {
        const { target, mode: given, rate = 1 } = objectBody(request)
        const mode = FAULT_MODES.find((known) => known === String(given))
        if (!isTarget(target)) return problem(400, `target must be one of ${TARGETS.join(', ')}`, 'target')
        if (mode === undefined) return problem(400, `mode must be one of ${FAULT_MODES.join(', ')}`, 'mode')
        if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) {
          return problem(400, 'rate must be a number from 0 to 1', 'rate')
        }
        const fault = { target, mode, rate }
        faults.set(fault)
        return { status: 200, body: fault }
      },
    },
  ]
}
