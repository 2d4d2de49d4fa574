import { isSpec, placeOf, targetOf } from '../places.mjs'
import { visitImports } from '../visit-imports.mjs'

const EDGES = ['http', 'consumers']

/**
 * http/ and consumers/ are an app's edges: nothing inside the app depends on them, not even each other; only the wiring
 * (<service>.module.ts, main.ts) sees every room, and only main.ts sees the wiring. Specs may wire what they prove.
 */
export const appRooms = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      edge: '{{edge}}/ is imported only by <service>.module.ts and main.ts, not by {{here}}: move what both need to domain/',
      wiring: '{{file}} is imported only by main.ts: ask for what you need in the constructor',
    },
  },
  create(context) {
    const here = placeOf(context.filename)
    if (here?.kind !== 'apps' || isSpec(context.filename)) return {}
    const wiring = `src/${here.name}.module.ts`
    const seesAll = ['src/main.ts', wiring].includes(here.path)
    return visitImports((source, node) => {
      const target = targetOf(context.filename, source)
      const there = target && placeOf(`${target.replace(/\.[jt]s$/, '')}.ts`)
      if (there?.room !== here.room) return
      const room = here.folder ? `${here.folder}/` : here.path
      if (!seesAll && EDGES.includes(there.folder) && there.folder !== here.folder) {
        context.report({ node, messageId: 'edge', data: { edge: there.folder, here: room } })
      }
      if (there.path === wiring && here.path !== 'src/main.ts') {
        context.report({ node, messageId: 'wiring', data: { file: there.file } })
      }
    })
  },
}
