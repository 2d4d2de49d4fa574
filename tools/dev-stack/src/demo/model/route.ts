/** The way by which everything about a learner goes in. */
export type Route = 'kafka' | 'rest'

/** A learner goes wholly by one route; an even first hex digit of the user id means REST. */
export function routeOf(userId: string): Route {
  return Number.parseInt(userId[0] ?? '', 16) % 2 === 0 ? 'rest' : 'kafka'
}
