import { draftCertificate, expiryOf, type CredentialTerms } from './certificate'

const TERMS: CredentialTerms = { title: 'Handling food safely', enabled: true, validityMonths: 24, badgeTemplateId: 'food' }
const LEARNER = { email: 'learner-1@learners.example', givenName: 'Learner', familyName: 'One' }
const NOW = new Date('2026-01-09T10:30:03.123Z')

describe('expiryOf', () => {
  it.each([
    ['2026-01-09T10:30:03.123Z', 24, '2028-01-09T10:30:03.123Z'],
    ['2026-01-31T00:00:00.000Z', 1, '2026-02-28T00:00:00.000Z'],
    ['2028-02-29T23:59:59.999Z', 12, '2029-02-28T23:59:59.999Z'],
    ['2026-03-29T01:30:00.000Z', 1, '2026-04-29T01:30:00.000Z'],
  ])('%s and %i months is %s', (issuedAt, months, expected) => {
    expect(expiryOf(new Date(issuedAt), months)?.toISOString()).toBe(expected)
  })

  it('is never without a validity', () => expect(expiryOf(NOW, null)).toBeNull())
})

describe('draftCertificate', () => {
  it('freezes the title, the name, the score and the times', () => {
    expect(draftCertificate(TERMS, LEARNER, 0, NOW)).toEqual({
      issuedAt: NOW,
      expiresAt: new Date('2028-01-09T10:30:03.123Z'),
      learner: LEARNER,
      snapshot: { title: 'Handling food safely', learner_name: 'Learner One', score: 0 },
    })
  })

  it('says nothing of a score where there is none', () => {
    expect(draftCertificate(TERMS, LEARNER, null, NOW).snapshot).toEqual({ title: 'Handling food safely', learner_name: 'Learner One' })
  })

  it('takes a single name as it is', () => {
    expect(draftCertificate(TERMS, { ...LEARNER, familyName: '' }, null, NOW).snapshot.learner_name).toBe('Learner')
  })
})
