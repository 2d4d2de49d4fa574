import { placeOf, targetOf } from '../places.mjs'
import { visitImports } from '../visit-imports.mjs'

/** Another room is entered by its package name alone: never by a path inside the package, never by a relative path. */
export const frontDoor = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      deep: "import '{{door}}' instead of '{{source}}': what is not exported there is private to its room",
      leaves: "'{{source}}' leaves {{room}}: import another room by its package name, read a data file at run time",
    },
  },
  create(context) {
    const here = placeOf(context.filename)
    if (!here) return {}
    return visitImports((source, node) => {
      const [, door] = /^(@laurel\/[^/]+)\/./.exec(source) ?? []
      if (door) context.report({ node, messageId: 'deep', data: { door, source } })
      const target = targetOf(context.filename, source)
      if (target && placeOf(target)?.room !== here.room) {
        context.report({ node, messageId: 'leaves', data: { source, room: here.room } })
      }
    })
  },
}
