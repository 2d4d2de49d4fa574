// How marks of a lesson become its row, in lesson_progress and in its archive. Every column is a maximum or a minimum of
// event times, so that any order and any repetition gives the same row.

/** Of an unnested mark: the status of a row that holds it alone. */
export const STATUS_OF_MARK = `case when completed_at is not null then 'completed' when percentage > 0 then 'in_progress' else 'not_started' end`

/** The set clause of `on conflict do update`, on a table named `p`. */
export const FOLD_MARK = `
                status = case when p.completed_at is not null then p.status
                              when excluded.status = 'not_started' then p.status else excluded.status end,
                progress_percentage = greatest(p.progress_percentage, excluded.progress_percentage),
                last_accessed_at = greatest(p.last_accessed_at, excluded.last_accessed_at),
                started_at = least(p.started_at, excluded.started_at),
                completed_at = least(p.completed_at, excluded.completed_at)`
