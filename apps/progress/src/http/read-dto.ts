import { EXAMPLE, UuidField, WholeNumberField } from '@laurel/service-shell'
import type { EnrollmentStatus } from '../domain/enrollment'
import { PageQuery } from './page'
import { StatusField } from './query-fields'

const ANOTHER_LEARNER = 'Another learner: for administrators, and for those of the organisation that they are enrolled by'

export class LearnerQuery {
  @UuidField(ANOTHER_LEARNER, EXAMPLE.user)
  user_id?: string
}

export class MyCoursesQuery extends PageQuery {
  @UuidField(ANOTHER_LEARNER, EXAMPLE.user)
  user_id?: string

  @StatusField()
  status?: EnrollmentStatus
}

const ORGANISATION = 'Only enrollments of this organisation; administrators of an organisation see theirs alone'

export class RosterQuery extends PageQuery {
  @UuidField(ORGANISATION, EXAMPLE.org)
  org_id?: string

  @StatusField()
  status?: EnrollmentStatus

  @WholeNumberField(0, 100, 0, 'The least percentage, as shown: 100 once completed')
  min_percentage = 0

  @WholeNumberField(0, 100, 100, 'The greatest percentage, as shown')
  max_percentage = 100
}

export class StatisticsQuery {
  @UuidField(ORGANISATION, EXAMPLE.org)
  org_id?: string
}
