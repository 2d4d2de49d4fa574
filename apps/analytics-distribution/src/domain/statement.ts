import { factId, type CourseCompletedV1, type LessonCompletedV1 } from '@laurel/contracts'
import type { Identifiers } from './identifiers'

export interface Activity {
  readonly objectType: 'Activity'
  readonly id: string
  readonly definition: { readonly type: string }
}

/** The part of an xAPI 1.0.3 statement (Data 2.4) that Laurel uses. */
export interface Statement {
  readonly id: string
  readonly actor: { readonly objectType: 'Agent'; readonly account: { readonly homePage: string; readonly name: string } }
  readonly verb: { readonly id: string; readonly display: Readonly<Record<string, string>> }
  readonly object: Activity
  readonly result: {
    readonly completion: true
    /** `raw` from 0 to 100, `scaled` from 0 to 1 (Data 2.4.5.1). */
    readonly score?: { readonly scaled: number; readonly raw: number; readonly min: 0; readonly max: 100 }
  }
  readonly context: {
    readonly contextActivities: { readonly parent?: readonly Activity[]; readonly grouping?: readonly Activity[] }
    readonly extensions?: Readonly<Record<string, string | number>>
  }
  readonly timestamp: string
}

const COMPLETED = { id: 'http://adlnet.gov/expapi/verbs/completed', display: { en: 'completed' } }
const LESSON = 'http://adlnet.gov/expapi/activities/lesson'
const COURSE = 'http://adlnet.gov/expapi/activities/course'

/**
 * The statement that a learner finished a lesson. Its id is the fact's: learner, course version and lesson, so every
 * event that tells of it, whoever sent it, renders the same id. Titles are left out: they arrive on another topic, and
 * no statement may depend on which topic is faster.
 *
 * @param at when it happened; not in the future (Data 2.4.7)
 */
export function lessonStatement(fact: Omit<LessonCompletedV1, 'completed_at'>, at: Date, names: Identifiers): Statement {
  const { user_id, course_version_id, lesson_id } = fact
  return {
    id: factId('xapi.lesson.completed', user_id, course_version_id, lesson_id),
    actor: learner(user_id, names),
    verb: COMPLETED,
    object: activity(LESSON, names.lesson(course_version_id, lesson_id)),
    result: { completion: true },
    context: { contextActivities: { parent: [activity(COURSE, names.courseVersion(course_version_id))] } },
    timestamp: at.toISOString(),
  }
}

/**
 * The statement that a learner completed a course version in a cycle. Its id is made of the completion's, so each
 * completion has one.
 *
 * @param at when it happened; not in the future (Data 2.4.7)
 */
export function courseStatement(fact: Omit<CourseCompletedV1, 'completed_at'>, at: Date, names: Identifiers): Statement {
  return {
    id: factId('xapi.course.completed', fact.completion_id),
    actor: learner(fact.user_id, names),
    verb: COMPLETED,
    object: activity(COURSE, names.courseVersion(fact.course_version_id)),
    result: { completion: true, ...(fact.score === undefined ? {} : { score: scoreOf(fact.score) }) },
    context: {
      contextActivities: { grouping: [activity(COURSE, names.course(fact.course_id))] },
      extensions: { [names.extension('completion-id')]: fact.completion_id, [names.extension('cycle')]: fact.cycle },
    },
    timestamp: at.toISOString(),
  }
}

/** An account with an opaque name, never a name or an e-mail address (Data 2.4.2.4). */
function learner(userId: string, names: Identifiers): Statement['actor'] {
  return { objectType: 'Agent', account: { homePage: names.accountHomePage, name: userId } }
}

function activity(type: string, id: string): Activity {
  return { objectType: 'Activity', id, definition: { type } }
}

function scoreOf(raw: number): NonNullable<Statement['result']['score']> {
  return { scaled: raw / 100, raw, min: 0, max: 100 }
}
