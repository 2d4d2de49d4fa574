import { placeOf } from '../places.mjs'

const LAST = ['service', 'manager', 'managers', 'helper', 'helpers', 'util', 'utils']
const ANYWHERE = ['common', 'shared', 'core']
/** A file named by a verb phrase says what it does to its object: start-service.ts is no bag of services. */
const VERBS = ['start', 'stop', 'run', 'drain', 'call']

const wordsOf = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_]/)

/** The word that makes a name a bag of things, or undefined: 'EmailService' → 'service', 'shared-types' → 'shared'. */
function bagWord(name) {
  const words = wordsOf(name)
  const everywhere = words.find((word) => ANYWHERE.includes(word))
  if (everywhere || (words.length > 1 && VERBS.includes(words[0]))) return everywhere
  return LAST.find((word) => word === words.at(-1))
}

/** Files, folders and classes say what they do; each lib and tool has one index.ts, an app has none. */
export const names = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      bag: "'{{name}}' says '{{word}}', which fits anything: name what it does",
      index: 'index.ts is the one door of a lib or a tool (src/index.ts): import the file itself',
    },
  },
  create(context) {
    const here = placeOf(context.filename)
    if (!here) return {}
    const check = (node, name, parts) => {
      const word = parts.map(bagWord).find((found) => found !== undefined)
      if (word) context.report({ node, messageId: 'bag', data: { name, word } })
    }
    const classNode = (node) => {
      if (node.id) check(node.id, node.id.name, [node.id.name])
    }
    return {
      Program(node) {
        check(node, `${here.room}/${here.path}`, [here.name, ...here.path.split(/[/.]/)])
        const isDoor = here.kind !== 'apps' && here.path === 'src/index.ts'
        if (/^index\.[cm]?[jt]s$/.test(here.file) && !isDoor) context.report({ node, messageId: 'index' })
      },
      ClassDeclaration: classNode,
      ClassExpression: classNode,
    }
  },
}
