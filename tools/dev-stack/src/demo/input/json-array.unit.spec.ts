import { elementsOf } from './json-array'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function elements(text: string, size: number) {
  const found: { value: unknown; line: number }[] = []
  for await (const { text: json, line } of elementsOf(inPieces(text, size))) found.push({ value: JSON.parse(json), line })
  return found
}

const objects = [{ a: 'brackets ]}[{ and "quotes\\" and \\' }, { b: [{ c: [1, { d: null }] }] }, {}]

it.each([1, 2, 7, 1000])('gives the objects with their lines, whatever the pieces of %i characters cut', async (size) => {
  const text = `\ufeff [\n${objects.map((object) => JSON.stringify(object)).join(',\n\n')}\n]\n`
  expect(await elements(text, size)).toEqual([
    { value: objects[0], line: 2 },
    { value: objects[1], line: 4 },
    { value: objects[2], line: 6 },
  ])
})

it.each(['', '[{"a":1}', '[{"a":"', '{}', '[1]', '[] []', '[{}]x'])('refuses %p', async (text) => {
  await expect(elements(text, 3)).rejects.toThrow(SyntaxError)
})
