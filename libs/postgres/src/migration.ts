/** One numbered step of a schema, in plain SQL; unqualified names are the service's own schema. Never edited once released. */
export interface Migration {
  /** Sorts by name: '001-initial', '002-…'. */
  readonly name: string
  readonly sql: string
}
