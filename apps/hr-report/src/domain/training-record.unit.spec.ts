import { toHrRecord, type TrainingRecord } from './training-record'

const RECORD: TrainingRecord = {
  completionId: 'completion',
  userId: 'learner',
  courseId: 'course',
  courseVersionId: 'version',
  cycle: 2,
  completedAt: new Date('2026-01-02T03:04:05.678Z'),
  score: 0,
  orgId: 'org',
  courseTitle: 'Handling food safely',
  courseCode: 'FOOD-101',
  creditHours: 0,
}

it('says all that is known, zeros among it', () => {
  expect(toHrRecord(RECORD)).toEqual({
    completion_id: 'completion',
    user_id: 'learner',
    course_id: 'course',
    course_version_id: 'version',
    course_title: 'Handling food safely',
    course_code: 'FOOD-101',
    credit_hours: 0,
    cycle: 2,
    completed_at: '2026-01-02T03:04:05.678Z',
    score: 0,
    org_id: 'org',
  })
})

it('leaves out what is not known', () => {
  const body = toHrRecord({ ...RECORD, score: null, orgId: null, courseCode: null, creditHours: null })
  expect(Object.keys(body).sort()).toEqual([
    'completed_at',
    'completion_id',
    'course_id',
    'course_title',
    'course_version_id',
    'cycle',
    'user_id',
  ])
})
