import { ceHeaders } from '@laurel/contracts'

const SOURCES: Readonly<Record<string, string>> = {
  'course-version.published': '/course-catalogue',
  'enrollment.requested': '/lms',
  'quiz.attempted': '/assessment',
}

/** Headers as a producer outside Laurel writes them. */
export function foreignHeaders(topic: string, id: string, time: string): Record<string, string> {
  return ceHeaders({ id, source: SOURCES[topic] ?? '/player', type: `${topic}.v1`, time })
}
