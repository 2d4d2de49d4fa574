import { hash } from 'node:crypto'

/** Laurel's namespace: UUIDv5 of `laurel.example` in the DNS namespace. Fixed for ever: every deterministic id hangs on it. */
const LAUREL = '914da87b-0e69-5b1f-a9ac-7ce7093b378d'

export interface CompletionFact {
  readonly course_version_id: string
  readonly user_id: string
  readonly cycle: number
}

/** UUIDv5 of a name in a namespace (RFC 9562 section 5.5), in lower case. */
export function uuidV5(namespace: string, name: string): string {
  const hashed = Buffer.allocUnsafe(16 + Buffer.byteLength(name))
  hashed.write(namespace.replaceAll('-', ''), 'hex')
  hashed.write(name, 16)
  const hex = hash('sha1', hashed)
  const variant = '89ab'[parseInt(hex[16]!, 16) & 3]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * UUIDv5 of a fact in Laurel's namespace, so that a repeat of the fact has the same id. The name is the fact and its
 * parts joined with '|'; a '|' or '\' inside a part is escaped, so that different facts never share a name.
 */
export function factId(fact: string, ...parts: readonly (string | number)[]): string {
  return uuidV5(LAUREL, [fact, ...parts].map(escaped).join('|'))
}

function escaped(part: string | number): string {
  const text = String(part)
  return /[\\|]/.test(text) ? text.replace(/[\\|]/g, '\\$&') : text
}

/** Identity of the one completion of an enrollment's cycle; also the id of its `course.completed` event. */
export function completionId(f: CompletionFact): string {
  return factId('course.completed', f.course_version_id, f.user_id, f.cycle)
}

/** Id of `course.completion-revoked`: a completion is revoked at most once. */
export function courseCompletionRevokedId(completion_id: string): string {
  return factId('course.completion-revoked', completion_id)
}

/** Id of the `lesson.completed` event that Laurel itself emits. */
export function lessonCompletedId(f: CompletionFact & { readonly lesson_id: string }): string {
  return factId('lesson.completed', f.course_version_id, f.user_id, f.lesson_id, f.cycle)
}

/** Id of the `quiz.attempted` event that Laurel itself emits. */
export function quizAttemptedId(f: CompletionFact & { readonly quiz_id: string; readonly attempt_number: number }): string {
  return factId('quiz.attempted', f.course_version_id, f.user_id, f.quiz_id, f.attempt_number, f.cycle)
}

/** Id of `enrollment.changed`: a revision of an enrollment exists once. */
export function enrollmentChangedId(f: Omit<CompletionFact, 'cycle'> & { readonly revision: number }): string {
  return factId('enrollment.changed', f.course_version_id, f.user_id, f.revision)
}

/** Id of `credential.issued`. The certificate_uid itself is random: drawn once and stored. */
export function credentialIssuedId(certificate_uid: string): string {
  return factId('credential.issued', certificate_uid)
}

/** Id of `credential.revoked`: a credential is revoked at most once. */
export function credentialRevokedId(certificate_uid: string): string {
  return factId('credential.revoked', certificate_uid)
}
