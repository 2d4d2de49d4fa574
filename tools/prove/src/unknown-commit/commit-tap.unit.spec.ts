import { CommitTap, type CommitKind, type Cut, type Side } from './commit-tap'
import type { Repeat } from './fence-watch'
import { client, server } from './wire.fixture'

/** A connection of which each commit is treated as told, in turn; afterwards all are let be. */
function connection(...drawn: (Side | undefined)[]) {
  const asked: CommitKind[] = []
  const cuts: Cut[] = []
  const repeats: Repeat[] = []
  const tap = new CommitTap({
    draw: (kind) => {
      asked.push(kind)
      return drawn.shift()
    },
    onCut: (cut) => cuts.push(cut),
    onRepeat: (repeat) => repeats.push(repeat),
  })
  tap.fromClient(client.startup('progress'))
  tap.fromServer(server.ready('I'))
  const run = (text: string, status: 'I' | 'T' | 'E', tag = 'OK') => {
    tap.fromClient(client.query(text))
    return tap.fromServer(Buffer.concat([server.complete(tag), server.ready(status)]))
  }
  return { tap, asked, cuts, repeats, run }
}

const FENCE = Buffer.concat([
  client.parse('fence-pass', 'update consumer_fence'),
  client.bind('fence-pass', 'laurel.progress', 'lesson.completed', '0', '20'),
  client.execute(),
  client.sync(),
])

describe('CommitTap', () => {
  it('lets everything through as it came, in whatever pieces', () => {
    const { tap } = connection()
    const bytes = Buffer.concat([client.query('BEGIN'), FENCE, client.query('COMMIT')])
    const passed = Array.from(bytes, (byte) => tap.fromClient(Buffer.from([byte])).pass)
    expect(Buffer.concat(passed)).toEqual(bytes)
  })

  it('knows a batch of records, another transaction and a statement by itself', () => {
    const { tap, asked, run } = connection()
    run('START TRANSACTION', 'T')
    tap.fromClient(FENCE)
    tap.fromServer(server.ready('T'))
    run('COMMIT', 'I')
    run('START TRANSACTION', 'T')
    run('update enrollments', 'T')
    run('COMMIT', 'I')
    run('delete from outbox', 'I')
    run('BEGIN; select 1; COMMIT', 'I')
    expect(asked).toEqual(['batch', 'transaction', 'statement', 'statement'])
  })

  it('takes no other statement for a commit', () => {
    const { asked, run } = connection()
    run('select 1', 'I')
    run('START TRANSACTION', 'T')
    run('insert into thing', 'T')
    run('ROLLBACK', 'I')
    expect(asked).toEqual([])
  })

  it('knows a prepared statement by its name when it is executed again', () => {
    const { tap, asked } = connection()
    const again = Buffer.concat([client.bind('remove'), client.execute(), client.sync()])
    tap.fromClient(Buffer.concat([client.parse('remove', 'delete from outbox'), again]))
    tap.fromServer(server.ready('I'))
    tap.fromClient(again)
    expect(asked).toEqual(['statement', 'statement'])
  })

  it.each([
    ['19', 'insert into thing', []],
    ['20', 'COMMIT', ['refused']],
    ['25', 'ROLLBACK', ['refused']],
    ['20', 'insert into thing', ['applied again']],
  ])('a batch up to 20 with the fence at %s and then %s: %j', (fence, next, expected) => {
    const { tap, repeats, run } = connection()
    run('START TRANSACTION', 'T')
    tap.fromClient(FENCE)
    tap.fromServer(Buffer.concat([server.row('cluster', fence), server.complete('UPDATE 1'), server.ready('T')]))
    run(next, 'T')
    run('COMMIT', 'I')
    expect(repeats).toEqual(expected)
  })

  it('drops the request: the server sees what came before, and not the commit', () => {
    const { tap, cuts, run } = connection('request')
    run('START TRANSACTION', 'T')
    expect(tap.fromClient(client.query('COMMIT'))).toEqual({ pass: Buffer.alloc(0), cut: true })
    expect(cuts).toEqual([{ kind: 'transaction', side: 'request', isCommitted: false, user: 'progress' }])
  })

  it('drops the reply: the server has committed, and the client hears nothing', () => {
    const { tap, cuts, run } = connection('reply')
    run('START TRANSACTION', 'T')
    const commit = client.query('COMMIT')
    expect(tap.fromClient(commit)).toEqual({ pass: commit, cut: false })
    expect(tap.fromServer(server.complete('COMMIT'))).toEqual({ pass: Buffer.alloc(0), cut: false })
    expect(tap.fromServer(server.ready('I'))).toEqual({ pass: Buffer.alloc(0), cut: true })
    expect(cuts).toEqual([{ kind: 'transaction', side: 'reply', isCommitted: true, user: 'progress' }])
  })

  it.each([
    ['an error', server.error()],
    ['ROLLBACK', server.complete('ROLLBACK')],
  ])('does not take a commit that was answered by %s for done', (_, answer) => {
    const { tap, cuts, run } = connection('reply')
    run('START TRANSACTION', 'T')
    tap.fromClient(client.query('COMMIT'))
    tap.fromServer(Buffer.concat([answer, server.ready('I')]))
    expect(cuts).toMatchObject([{ isCommitted: false }])
  })
})
