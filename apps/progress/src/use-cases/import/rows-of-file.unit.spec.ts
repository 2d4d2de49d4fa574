import { LONGEST_ROW } from './file-row'
import { RowsOfFile, type ImportFormat } from './rows-of-file'

const USER = '11111111-0000-4000-8000-000000000000'
const ROW = `lesson,${USER},${USER},${USER},100,2026-01-05T00:00:00Z`
const HEADER = 'record,user_id,course_version_id,lesson_id,progress_percentage,occurred_at'
const LINE = JSON.stringify({
  record: 'lesson',
  user_id: USER,
  course_version_id: USER,
  lesson_id: USER,
  progress_percentage: 1,
  occurred_at: '2026-01-05T00:00:00Z',
})

/** The text in chunks of a few bytes, so that every boundary falls everywhere. */
async function* chunks(text: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text as string)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const fileOf = (format: ImportFormat, text: string | Buffer, size?: number) => new RowsOfFile(format, chunks(text, size))
/** Of each row whether it is good, or the field at fault. */
const verdicts = async (format: ImportFormat, text: string | Buffer, size?: number) =>
  (await fileOf(format, text, size).take(100)).map(({ read }) => (read.ok ? 'good' : read.error.field))

describe('CSV', () => {
  it.each([
    ['LF', `${HEADER}\n${ROW}\n${ROW}\n`],
    ['CRLF', `${HEADER}\r\n${ROW}\r\n${ROW}\r\n`],
    ['no end of the last line', `${HEADER}\n${ROW}\n${ROW}`],
    ['a byte order mark', `\uFEFF${HEADER}\n${ROW}\n${ROW}`],
    ['empty lines', `${HEADER}\n\n${ROW}\n\n${ROW}\n\n`],
    ['quotes', `"record",${HEADER.slice(7)}\n${ROW.replace('lesson', '"lesson"')}\n${ROW}`],
  ])('with %s', async (_, text) => {
    expect(await verdicts('csv', text)).toEqual(['good', 'good'])
  })

  it('takes quoted commas, quotes and line ends as the cell’s', async () => {
    const header = 'record,user_id,course_version_id,enrolled_at,source_of_enrollment'
    const [row] = await fileOf('csv', `${header}\nenrollment,${USER},${USER},2026-01-05T00:00:00Z,"a, ""b""\nc"`).take(1)
    expect(row!.read).toMatchObject({ row: { sourceOfEnrollment: 'a, "b"\nc' } })
  })

  it('goes on behind a row of another width or with stray quotes', async () => {
    expect(
      await verdicts(
        'csv',
        `${HEADER}\n${ROW},x\nlesson\n${ROW.replace('lesson', 'les"son')}\n${ROW.replace('lesson', '"les"son')}\n${ROW}\n`,
      ),
    ).toEqual([null, null, 'record', 'record', 'good'])
  })

  it.each([
    ['a quote that is never closed', `"${ROW}\n${ROW}`],
    ['a row that is too long', `"${'x'.repeat(LONGEST_ROW + 2)}"\n${ROW}`],
  ])('breaks off at %s, once, and all before it is there', async (_, rest) => {
    const file = fileOf('csv', `${HEADER}\n${ROW}\n${ROW}\n${rest}\n${ROW}\n`.padEnd(3_000_000, 'x'), 65_536)
    const rows = await file.take(100)
    expect(rows.map(({ read }) => (read.ok ? 'good' : read.error.field))).toEqual(['good', 'good', null])
    expect(file.isBrokenOff).toBe(true)
  })
})

describe('NDJSON', () => {
  it.each([
    ['LF', `${LINE}\n${LINE}\n`],
    ['CRLF', `${LINE}\r\n${LINE}\r\n`],
    ['no end of the last line', `${LINE}\n${LINE}`],
    ['a byte order mark', `\uFEFF${LINE}\n${LINE}`],
    ['empty lines', `\n${LINE}\n\n \n${LINE}\n\n`],
  ])('with %s', async (_, text) => {
    expect(await verdicts('ndjson', text)).toEqual(['good', 'good'])
  })

  it('goes on behind lines that are no object, or too long', async () => {
    const tooLong = LINE.padEnd(LONGEST_ROW + 1)
    const text = Buffer.concat([Buffer.from(`[]\n"x"\n{\n${tooLong}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a]), Buffer.from(LINE)])
    expect(await verdicts('ndjson', text, 65_536)).toEqual([null, null, null, null, null, 'good'])
    expect(await verdicts('ndjson', LINE.padEnd(LONGEST_ROW), 65_536)).toEqual(['good'])
  })
})

it('has the same digest at the same row of the same file alone, however it is cut', async () => {
  const digestsOf = async (text: string, size: number) => {
    const file = fileOf('ndjson', text, size)
    const digests = [file.digest().toString('hex')]
    while ((await file.take(1)).length > 0) digests.push(file.digest().toString('hex'))
    return digests
  }
  const digests = await digestsOf(`${LINE}\n${LINE}\n[]\n`, 3)
  expect(await digestsOf(`${LINE}\n${LINE}\n[]\n`, 1_000)).toEqual(digests)
  const others = await digestsOf(`${LINE}\n${LINE.replace('100', '99')}\n[1]\n`, 5)
  expect(others[1]).toBe(digests[1])
  expect(others[3]).not.toBe(digests[3])
  expect(new Set(digests).size).toBe(4)
})

it('fails with what its body fails with, and takes nothing for the end', async () => {
  async function* cut() {
    yield Buffer.from(`${HEADER}\n${ROW}\n`)
    throw new Error('gone')
  }
  await expect(new RowsOfFile('csv', cut()).take(100)).rejects.toThrow('gone')
  await expect(new RowsOfFile('ndjson', cut()).take(100)).rejects.toThrow('gone')
})
