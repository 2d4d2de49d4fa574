const literal = (node) => (typeof node?.value === 'string' ? node.value : null)

/**
 * An ESLint visitor that calls `visit(source, node)` for every way TypeScript can reach another module: import, export
 * from, import(), require(), require.resolve(), import x = require() and the type import('x').
 */
export function visitImports(visit) {
  const report = (sourceNode, node) => {
    const source = literal(sourceNode)
    if (source !== null) visit(source, node)
  }
  const declaration = (node) => report(node.source, node)
  return {
    ImportDeclaration: declaration,
    ExportNamedDeclaration: declaration,
    ExportAllDeclaration: declaration,
    ImportExpression: declaration,
    TSImportType: declaration,
    TSExternalModuleReference: (node) => report(node.expression, node),
    CallExpression(node) {
      const { callee } = node
      const name = callee.type === 'MemberExpression' ? callee.object.name : callee.name
      if (name === 'require') report(node.arguments[0], node)
    },
  }
}
