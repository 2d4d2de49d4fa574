import { withBlock } from './page-block'

const BLOCK = { page: 'docs/page.md', begin: '<!-- a -->', end: '<!-- /a -->' }

it('replaces what is between the markers, and nothing else', () => {
  const page = withBlock('before\n<!-- a -->\nold\n<!-- /a -->\nafter\n', BLOCK, 'new')
  expect(page).toBe('before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n')
  expect(withBlock(page, BLOCK, 'new')).toBe(page)
})

it.each(['nothing', '<!-- a -->', '<!-- /a --> <!-- a -->'])('refuses %j', (text) => {
  expect(() => withBlock(text, BLOCK, 'new')).toThrow('docs/page.md must have a block from <!-- a --> to <!-- /a -->')
})
