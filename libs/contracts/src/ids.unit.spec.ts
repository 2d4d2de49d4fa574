import {
  completionId,
  courseCompletionRevokedId,
  credentialIssuedId,
  credentialRevokedId,
  enrollmentChangedId,
  factId,
  isUuid,
  lessonCompletedId,
  quizAttemptedId,
  uuidV5,
} from '.'
import { SAMPLE } from './sample-ids'

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

const ids = (change: object = {}): Record<string, string> => {
  const f = { ...SAMPLE, completion_id: SAMPLE.lesson_id, cycle: 1, attempt_number: 1, revision: 1, ...change }
  return {
    completion: completionId(f),
    completionRevoked: courseCompletionRevokedId(f.completion_id),
    lesson: lessonCompletedId(f),
    quiz: quizAttemptedId(f),
    enrollment: enrollmentChangedId(f),
    issued: credentialIssuedId(f.certificate_uid),
    revoked: credentialRevokedId(f.certificate_uid),
  }
}

const changedBy = (change: object): string[] => {
  const before = ids()
  return Object.entries(ids(change)).flatMap(([fact, id]) => (id === before[fact] ? [] : [fact]))
}

it('makes UUIDv5 as RFC 9562 appendix A.4 does', () => {
  expect(uuidV5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
})

it('hashes text as UTF-8', () => {
  expect(uuidV5(DNS, 'straße.example')).toBe('09eaad43-145d-5249-b2f3-66b4a2927299')
})

it('never changes the id of a fact: it is stored in topics for ever', () => {
  expect(factId('lesson.completed', 'a', 1)).toBe('bdd54800-452a-5f3a-a482-c2926db97116')
  expect(ids()).toEqual({
    completion: '9861b979-2216-5f8f-823c-4337420b1421',
    completionRevoked: 'ac149b5c-528e-5392-b7b2-15c53898345a',
    lesson: '78a594bf-a7c6-517b-989e-9425e0b8150d',
    quiz: 'c5ae3fdc-ec34-5f64-a3a2-9e8f081ab561',
    enrollment: 'd5194156-42fc-501f-9ad4-a42ff0cc7194',
    issued: '4819065a-4751-56ab-b949-723bd359f5f6',
    revoked: '51e8ed85-3b0c-5ced-933b-79d96e365253',
  })
})

it('gives every kind of fact an id of its own', () => {
  const all = Object.values(ids())
  expect(all.every(isUuid)).toBe(true)
  expect(new Set(all).size).toBe(all.length)
})

it.each([
  [{ cycle: 2 }, ['completion', 'lesson', 'quiz']],
  [{ user_id: SAMPLE.org_id }, ['completion', 'lesson', 'quiz', 'enrollment']],
  [{ course_version_id: SAMPLE.org_id }, ['completion', 'lesson', 'quiz', 'enrollment']],
  [{ lesson_id: SAMPLE.org_id }, ['lesson']],
  [{ quiz_id: SAMPLE.org_id }, ['quiz']],
  [{ attempt_number: 2 }, ['quiz']],
  [{ revision: 2 }, ['enrollment']],
  [{ completion_id: SAMPLE.org_id }, ['completionRevoked']],
  [{ certificate_uid: SAMPLE.org_id }, ['issued', 'revoked']],
])('%j makes another fact of exactly %j', (change, facts) => {
  expect(changedBy(change)).toEqual(facts)
})

it.each([
  [
    ['a|b', 'c'],
    ['a', 'b|c'],
  ],
  [['a\\', 'b'], ['a\\|b']],
  [['a', ''], ['a']],
])('tells the parts %j from %j', (some, others) => {
  expect(factId('fact', ...some)).not.toBe(factId('fact', ...others))
})
