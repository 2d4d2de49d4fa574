import fc from 'fast-check'
import { binaryArray } from './binary-array'

const HEADER_BYTES = 20
const elementOf = (array: Buffer) => array.subarray(HEADER_BYTES + 4)

describe('binaryArray', () => {
  it('writes the bytes of a UUID in any case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (id, upper) => {
        const written = elementOf(binaryArray.uuid([upper ? id.toUpperCase() : id]))
        expect(written.toString('hex')).toBe(id.replaceAll('-', ''))
      }),
    )
  })

  it.each([
    ['too short', '0190f3e5-7c6b-7d2a-8f10-1234567890a'],
    ['too long', '0190f3e5-7c6b-7d2a-8f10-1234567890abc'],
    ['a dash elsewhere', '0190f3e57-c6b-7d2a-8f10-1234567890ab'],
    ['a letter beyond f', '0190f3e5-7c6b-7d2a-8f10-1234567890ag'],
    ['a character beyond ASCII', '0190f3e5-7c6b-7d2a-8f10-1234567890aä'],
    ['no dashes', '0190f3e57c6b7d2a8f101234567890ab'],
    ['empty', ''],
  ])('refuses a UUID that is %s', (_, id) => {
    expect(() => binaryArray.uuid([id])).toThrow(`not a UUID: ${JSON.stringify(id)}`)
  })

  it('writes every time to the microsecond', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (time) => {
        const sinceTwoThousand = (BigInt(time.getTime()) - 946_684_800_000n) * 1_000n
        expect(elementOf(binaryArray.timestamptz([time])).readBigInt64BE()).toBe(sinceTwoThousand)
      }),
    )
  })

  it('refuses an invalid Date', () => {
    expect(() => binaryArray.timestamptz([new Date(NaN)])).toThrow('not a time')
  })
})
