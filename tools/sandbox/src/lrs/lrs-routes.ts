import { problem, type Reply } from '../http/reply'
import { basicCredentials, jsonBody, type Request } from '../http/request'
import type { Route } from '../http/router'
import type { Effect, EffectLog } from '../ledger/effect-log'
import { isUuid } from '../uuid'
import { sameStatement, statementDigest, statementError, type Statement } from './statement'

const PATH = '/lrs/statements'
const VERSION = '1.0.3'

/**
 * The statement resource of a learning record store (xAPI 1.0.3, Communication 2.1). A batch is stored whole or not
 * at all; a statement that is there already with the same content is no new effect, with other content a 409.
 */
export function lrsRoutes(log: EffectLog): Route[] {
  const versioned =
    (answer: (log: EffectLog, request: Request) => Reply) =>
    (request: Request): Reply => {
      const reply = accessError(request) ?? answer(log, request)
      return { ...reply, headers: { ...reply.headers, 'x-experience-api-version': VERSION } }
    }
  return [
    { method: 'POST', path: PATH, target: 'lrs', answer: versioned(store) },
    { method: 'GET', path: PATH, target: 'lrs', answer: versioned(fetchOne) },
  ]
}

function accessError(request: Request): Reply | null {
  if (basicCredentials(request) === null) {
    return problem(401, 'send Authorization: Basic', 'authorization', { 'www-authenticate': 'Basic realm="lrs"' })
  }
  // Communication 3.3: any 1.0.x is this version, anything else is refused.
  if (/^1\.0(\.\d+)?$/.test(String(request.headers['x-experience-api-version']))) return null
  return problem(400, `X-Experience-API-Version must be ${VERSION}`, 'x-experience-api-version')
}

function store(log: EffectLog, request: Request): Reply {
  const body = jsonBody(request)
  const batch = Array.isArray(body) ? body : [body]
  const ids = new Set<string>()
  const added: Effect[] = []
  for (const [i, value] of batch.entries()) {
    const where = Array.isArray(body) ? `statements[${i}]` : 'statement'
    const error = statementError(value)
    if (error !== null) return problem(400, `${where}: ${error}`, where)
    const statement = value as Statement
    const key = statement.id.toLowerCase()
    if (ids.has(key)) return problem(400, `${where}: id ${key} comes twice in the batch`, where)
    ids.add(key)
    const digest = statementDigest(statement)
    const stored = log.find(key)
    if (stored === undefined) added.push({ key, digest, body: statement })
    else if (!sameStatement(stored.digest!, digest)) {
      return problem(409, `${where}: id ${key} is stored with other content`, where)
    }
  }
  if (added.length > 0) log.record(added)
  return { status: 200, body: [...ids] }
}

function fetchOne(log: EffectLog, { query }: Request): Reply {
  const id = query.get('statementId')
  if (!isUuid(id)) return problem(400, 'statementId must be a UUID; GET /_ledger?target=lrs lists them all', 'statementId')
  const record = log.find(id.toLowerCase())
  if (record === undefined) return problem(404, `no statement has the id ${id}`, 'statementId')
  const stored = new Date(record.at).toISOString()
  return { status: 200, body: { timestamp: stored, version: '1.0.0', ...(log.body(record) as Statement), stored } }
}
