/** Messages of Postgres's protocol, for specs. */
function message(type: string, ...fields: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(fields.map((field) => (typeof field === 'string' ? Buffer.from(`${field}\0`) : field)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

function fields(texts: readonly string[]): Buffer {
  const count = Buffer.alloc(2)
  count.writeInt16BE(texts.length)
  const each = texts.map((text) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(Buffer.byteLength(text))
    return Buffer.concat([length, Buffer.from(text)])
  })
  return Buffer.concat([count, ...each])
}

export const client = {
  startup: (user: string) => message('', Buffer.from([0, 3, 0, 0]), 'user', user, 'database', 'laurel', Buffer.from([0])),
  query: (text: string) => message('Q', text),
  parse: (name: string, text: string) => message('P', name, text, Buffer.alloc(2)),
  /** Values as text. */
  bind: (name: string, ...values: string[]) => message('B', '', name, Buffer.alloc(2), fields(values), Buffer.alloc(2)),
  execute: () => message('E', '', Buffer.alloc(4)),
  sync: () => message('S'),
}

export const server = {
  complete: (tag: string) => message('C', tag),
  row: (...texts: string[]) => message('D', fields(texts)),
  error: () => message('E', 'SERROR', Buffer.from([0])),
  ready: (status: 'I' | 'T' | 'E') => message('Z', Buffer.from(status)),
}
