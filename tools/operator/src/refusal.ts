/** The command cannot do what was asked; the message says what to do instead. Exit code 2, no stack trace. */
export class Refusal extends Error {}
