import type { CourseVersionPublishedV1 } from '@laurel/contracts'

type Version = Pick<CourseVersionPublishedV1, 'lessons' | 'quizzes' | 'electives'>

/**
 * What a learner is told, as the design says it: floor(100 × satisfied / needed), where needed = required items + `choose`
 * of each group and satisfied = required done + Σ min(choose, done in the group). A version that needs nothing shows 0.
 * Written apart from the services' own rule, so that the two can disagree.
 */
export function percentageOf({ lessons, quizzes, electives = [] }: Version, isDone: (itemId: string) => boolean): number {
  const required = [
    ...lessons.filter((lesson) => lesson.required).map((lesson) => lesson.lesson_id),
    ...quizzes.filter((quiz) => quiz.required).map((quiz) => quiz.quiz_id),
  ]
  let needed = required.length
  let satisfied = required.filter(isDone).length
  for (const { choose, of } of electives) {
    needed += choose
    satisfied += Math.min(choose, of.filter(isDone).length)
  }
  return needed === 0 ? 0 : Math.floor((100 * satisfied) / needed)
}
