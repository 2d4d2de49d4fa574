/** The plain service has topics of its own, so that neither side reads what the other was given. */
export const PLAIN_INPUT = 'bench.plain.lesson.completed'
export const PLAIN_OUTPUT = 'bench.plain.course.completed'
export const PLAIN_GROUP = 'bench-plain'
/** Nest adds it to the group's name. */
export const PLAIN_GROUP_ON_KAFKA = `${PLAIN_GROUP}-server`
