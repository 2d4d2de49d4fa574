import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EVENTS } from '@laurel/contracts'
import { REPOSITORY } from './laurel-command'

const pages = ['README.md', 'docs/flow.md', 'docs/proof.md', ...readdirSync(join(REPOSITORY, 'docs/adr')).map((name) => `docs/adr/${name}`)]

describe('the documentation', () => {
  it.each(pages)('%s links only to files that exist', (page) => {
    const text = readFileSync(join(REPOSITORY, page), 'utf8')
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]!)
    expect(links.filter((link) => !existsSync(join(REPOSITORY, dirname(page), link)))).toEqual([])
  })

  it('maps every topic in docs/flow.md', () => {
    const flow = readFileSync(join(REPOSITORY, 'docs/flow.md'), 'utf8')
    expect(EVENTS.map((event) => event.topic).filter((topic) => !flow.includes(`\`${topic}\``))).toEqual([])
  })

  it('explains in README every variable that a service reads', () => {
    const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8')
    const configs = globSync('apps/*/src/{config,*/*-settings}.ts', { cwd: REPOSITORY })
    const read = [...configs, 'libs/service-shell/src/config/shell-config.ts'].flatMap((file) =>
      [...readFileSync(join(REPOSITORY, file), 'utf8').matchAll(/\(?read(?:\.\w+\(|, )'([A-Z_]+)'/g)].map((match) => match[1]!),
    )
    expect(read.length).toBeGreaterThan(20)
    expect(read.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })
})
