import { visitImports } from '../visit-imports.mjs'

const names = (pattern) => (pattern.type === 'ObjectPattern' ? pattern.properties.map((property) => property.key?.name) : [])

/** The environment is read in one place per room, config.ts, and validated there. */
export const envInConfig = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { env: 'process.env is read only in config.ts: add the variable there and pass the value' },
  },
  create(context) {
    const isProcess = (node) => /^(globalThis\.|global\.)?process$/.test(context.sourceCode.getText(node ?? undefined))
    const report = (node) => context.report({ node, messageId: 'env' })
    return {
      ...visitImports((source, node) => {
        const imported = (node.specifiers ?? []).map((specifier) => specifier.imported?.name)
        if (/^(node:)?process$/.test(source) && imported.includes('env')) report(node)
      }),
      MemberExpression(node) {
        const property = node.computed ? node.property.value : node.property.name
        if (property === 'env' && isProcess(node.object)) report(node)
      },
      VariableDeclarator(node) {
        if (node.init && isProcess(node.init) && names(node.id).includes('env')) report(node)
      },
    }
  },
}
