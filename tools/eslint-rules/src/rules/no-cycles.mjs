import { chain, fileOf } from '../import-graph.mjs'
import { shown } from '../places.mjs'
import { visitImports } from '../visit-imports.mjs'

/** No file imports itself through others. Cycles between rooms are the business of @nx/enforce-module-boundaries. */
export const noCycles = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { cycle: 'import cycle: {{files}}: move what both need to a file that imports neither' },
  },
  create(context) {
    return visitImports((source, node) => {
      const file = fileOf(context.filename, source)
      const back = file && chain(file, context.filename)
      if (!back) return
      context.report({ node, messageId: 'cycle', data: { files: [context.filename, ...back].map(shown).join(' → ') } })
    })
  },
}
