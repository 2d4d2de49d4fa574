const FOCUSED = ['fit', 'fdescribe']
const rootName = (node) => (node.type === 'MemberExpression' ? rootName(node.object) : node.name)

/** `.only` hides every other test of the file, and the suite stays green. */
export const noFocusedSpecs = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { focused: "'{{text}}' hides every other test of this file: take it out" },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'focused', data: { text: context.sourceCode.getText(node) } })
    return {
      'MemberExpression[property.name="only"]'(node) {
        if (['it', 'test', 'describe'].includes(rootName(node))) report(node)
      },
      'CallExpression > Identifier.callee'(node) {
        if (FOCUSED.includes(node.name)) report(node)
      },
    }
  },
}
