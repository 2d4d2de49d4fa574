import { placeOf, targetOf } from '../places.mjs'
import { visitImports } from '../visit-imports.mjs'

/** Pure code (an app's domain/, the course rule) imports only the packages it is given and files of its own room. */
export const pureImports = {
  meta: {
    type: 'problem',
    schema: [{ type: 'array', items: { type: 'string' } }],
    messages: {
      notPure: "{{here}} imports only {{allowed}} and its own files, not '{{source}}': pass what it needs as plain data",
    },
  },
  create(context) {
    const [allowed] = context.options
    const here = placeOf(context.filename)
    const isOwn = (target) => {
      const there = placeOf(target)
      return there?.room === here.room && (here.folder !== 'domain' || there.folder === 'domain')
    }
    return visitImports((source, node) => {
      const target = targetOf(context.filename, source)
      if (target ? isOwn(target) : allowed.includes(source)) return
      const where = here.folder === 'domain' ? 'domain/' : here.room
      context.report({ node, messageId: 'notPure', data: { here: where, allowed: allowed.join(', '), source } })
    })
  },
}
