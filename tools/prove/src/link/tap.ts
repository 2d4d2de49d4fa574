/** What goes on of bytes that were looked at; `cut` ends the connection on both sides after that. */
export interface Passage {
  readonly pass: Buffer
  readonly cut: boolean
}

/** Looks at what passes through one connection, and may hold bytes back or cut it. */
export interface Tap {
  fromClient(bytes: Buffer): Passage
  fromServer(bytes: Buffer): Passage
}
