const AMBIENT = [
  'process',
  'performance',
  'crypto',
  'globalThis',
  'global',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
]
const PURE_DATE_MEMBERS = ['UTC', 'parse', 'prototype']

function references(sourceCode, name) {
  const { globalScope } = sourceCode.scopeManager
  const declared = globalScope.set.get(name)
  const known = declared && declared.defs.length === 0 ? declared.references : []
  return [...known, ...globalScope.through.filter((reference) => reference.identifier.name === name)]
    .filter((reference) => reference.isValueReference !== false)
    .map((reference) => reference.identifier)
}

function memberName({ property, computed }) {
  return computed ? property.value : property.name
}

function isPureDate(identifier) {
  const { parent } = identifier
  if (parent.type === 'NewExpression') return parent.callee === identifier && parent.arguments.length > 0
  if (parent.type === 'BinaryExpression') return parent.operator === 'instanceof'
  return parent.type === 'MemberExpression' && PURE_DATE_MEMBERS.includes(memberName(parent))
}

function isPureMath({ parent }) {
  return parent.type === 'MemberExpression' && typeof memberName(parent) === 'string' && memberName(parent) !== 'random'
}

/** Pure code reads no clock, no chance and no process: the same arguments give the same decision, for ever. */
export const pureInputs = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { ambient: "'{{text}}' makes a decision unrepeatable: take the value as an argument" },
  },
  create(context) {
    const { sourceCode } = context
    return {
      'Program:exit'() {
        const impure = [
          ...references(sourceCode, 'Date').filter((identifier) => !isPureDate(identifier)),
          ...references(sourceCode, 'Math').filter((identifier) => !isPureMath(identifier)),
          ...AMBIENT.flatMap((name) => references(sourceCode, name)),
        ]
        for (const identifier of impure) {
          const node = ['MemberExpression', 'NewExpression', 'CallExpression'].includes(identifier.parent.type)
            ? identifier.parent
            : identifier
          context.report({ node, messageId: 'ambient', data: { text: sourceCode.getText(node) } })
        }
      },
    }
  },
}
