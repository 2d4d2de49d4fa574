/** Key of everything about one enrollment: `<course_version_id>:<user_id>`, so that its events keep their order. */
export function enrollmentKey(data: { readonly course_version_id: string; readonly user_id: string }): string {
  return `${data.course_version_id}:${data.user_id}`
}
