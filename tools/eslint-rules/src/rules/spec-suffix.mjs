import { basename } from 'node:path'
import { isSpec } from '../places.mjs'

/** The suffix of a spec tells its cost; jest runs only files that carry one of the three. */
export const specSuffix = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { suffix: '{{file}} would never run: end its name in .unit.spec.ts, .int.spec.ts or .e2e.spec.ts' },
  },
  create(context) {
    return {
      Program(node) {
        if (!isSpec(context.filename) || /\.(unit|int|e2e)\.spec\.ts$/.test(context.filename)) return
        context.report({ node, messageId: 'suffix', data: { file: basename(context.filename) } })
      },
    }
  },
}
