/** The identifiers in statements. They must not change: a learning record store knows learners and activities by them. */
export class Identifiers {
  /**
   * @param baseIri absolute IRI without a slash at its end, under which activities and extensions live
   * @param accountHomePage home page of the system that knows learners by their user_id (xAPI 1.0.3, Data 2.4.2.4)
   */
  constructor(
    private readonly baseIri: string,
    readonly accountHomePage: string,
  ) {}

  course(courseId: string): string {
    return `${this.baseIri}/courses/${courseId}`
  }

  courseVersion(courseVersionId: string): string {
    return `${this.baseIri}/course-versions/${courseVersionId}`
  }

  lesson(courseVersionId: string, lessonId: string): string {
    return `${this.courseVersion(courseVersionId)}/lessons/${lessonId}`
  }

  extension(name: string): string {
    return `${this.baseIri}/extensions/${name}`
  }
}
