import { applyDecorators } from '@nestjs/common'
import { ApiExtension } from '@nestjs/swagger'
import type { ProblemStatus } from './problem-answers'

/** On an operation while the document is made: which problems it answers with, and that it needs no token. */
export const PROBLEM_MARK = 'x-problem-'
export const PUBLIC_MARK = 'x-public'

/**
 * Documents that a route, or each route of a controller, may answer with problems of these statuses. Those that every
 * route may answer with need not be named: 500 and 503; 401 and 429 unless it is public; 400 with parameters; 400 and
 * 415 with a body, 413 too when it is JSON; 403 with Roles.
 */
export const ApiProblems = (...statuses: ProblemStatus[]) =>
  applyDecorators(...statuses.map((status) => ApiExtension(`${PROBLEM_MARK}${status}`, true)))

export const ApiPublic = () => ApiExtension(PUBLIC_MARK, true)
