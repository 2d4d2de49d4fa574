/** Contents of `.laurel/stack.json`: where everything that the dev stack started can be reached. */
export interface StackState {
  /** host:port of each broker. */
  readonly kafka: { readonly brokers: readonly string[] }
  readonly postgres: { readonly url: string }
  /** Base URL and process id by service name, for example `progress`. */
  readonly services: Readonly<Record<string, { readonly url: string; readonly pid: number }>>
  readonly sandbox: { readonly url: string; readonly pid: number }
  /** Ready-made bearer tokens. */
  readonly tokens: { readonly learner: string; readonly admin: string }
}
