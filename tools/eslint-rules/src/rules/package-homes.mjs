import { matchesGlob } from 'node:path'
import { shown } from '../places.mjs'
import { visitImports } from '../visit-imports.mjs'

/** A package may be imported only from its homes. Options: `[{ package, homes: [glob from the root], instead }]`. */
export const packageHomes = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'array',
        items: {
          type: 'object',
          required: ['package', 'homes', 'instead'],
          additionalProperties: false,
          properties: {
            package: { type: 'string' },
            homes: { type: 'array', items: { type: 'string' } },
            instead: { type: 'string' },
          },
        },
      },
    ],
    messages: { strayed: "'{{name}}' is imported only in {{homes}}: {{instead}}" },
  },
  create(context) {
    const path = shown(context.filename)
    const barred = context.options[0].filter(({ homes }) => !homes.some((home) => matchesGlob(path, home)))
    return visitImports((source, node) => {
      const found = barred.find(({ package: name }) => source === name || source.startsWith(`${name}/`))
      if (!found) return
      const data = { name: found.package, homes: found.homes.join(', '), instead: found.instead }
      context.report({ node, messageId: 'strayed', data })
    })
  },
}
