import { isStorableText, isUtcDateTime, isUuid } from '.'

it.each([
  ['2026-01-02T03:04:05.678Z', true],
  ['1970-01-01T00:00:00.000Z', true],
  ['9999-12-31T23:59:59.999Z', true],
  ['2028-02-29T00:00:00.000Z', true],
  ['2026-02-29T00:00:00.000Z', false],
  ['2026-13-01T00:00:00.000Z', false],
  ['2026-01-02T24:00:00.000Z', false],
  ['2026-01-02T23:59:60.000Z', false],
  ['1969-12-31T23:59:59.999Z', false],
  ['2026-01-02T03:04:05Z', false],
  ['2026-01-02T03:04:05.67Z', false],
  ['2026-01-02T03:04:05.678901Z', false],
  ['2026-01-02T03:04:05.678+00:00', false],
  ['2026-01-02T03:04:05.678z', false],
  ['2026-01-02 03:04:05.678Z', false],
  ['2026-01-02T03:04:05.678', false],
  ['+010000-01-01T00:00:00.0Z', false],
  ['', false],
])('takes %j as a UTC time: %s', (text, valid) => {
  expect(isUtcDateTime(text)).toBe(valid)
})

it.each([1970, 2000, 2026, 2028, 2100, 9999])('takes the days of %i that there are, as Date counts them', (year) => {
  const two = (n: number) => String(n).padStart(2, '0')
  for (let month = 0; month <= 13; month++) {
    for (let day = 0; day <= 32; day++) {
      const date = new Date(Date.UTC(year, month - 1, day))
      const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
      const text = `${year}-${two(month)}-${two(day)}T12:34:56.789Z`
      expect([text, isUtcDateTime(text)]).toEqual([text, exists])
    }
  }
})

it.each([
  ['2ed6657d-e927-568b-95e1-2665a8aea6a2', true],
  ['00000000-0000-0000-0000-000000000000', true],
  ['2ED6657D-e927-568b-95e1-2665a8aea6a2', false],
  ['{2ed6657d-e927-568b-95e1-2665a8aea6a2}', false],
  ['2ed6657de927568b95e12665a8aea6a2', false],
  ['2ed6657d-e927-568b-95e1-2665a8aea6a', false],
  ['2ed6657d-e927-568b-95e1-2665a8aea6a2\n', false],
  ['ged6657d-e927-568b-95e1-2665a8aea6a2', false],
])('takes %j as a UUID: %s', (text, valid) => {
  expect(isUuid(text)).toBe(valid)
})

it.each([
  ['', true],
  ['Grüße 😀\n', true],
  ['a\0', false],
  ['\ud83d', false],
  ['\ude00\ud83d', false],
])('takes %j as storable: %s', (text, valid) => {
  expect(isStorableText(text)).toBe(valid)
})
