import { visitImports } from '../visit-imports.mjs'

/** A sleep is too short on a busy machine and too long on an idle one: specs poll for what they wait for. */
export const noSleepInSpecs = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { sleep: 'a spec never sleeps: poll for the outcome with eventually() of @laurel/testing' },
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'sleep' })
    return {
      ...visitImports((source, node) => {
        const imported = (node.specifiers ?? []).map((specifier) => specifier.imported?.name ?? '*')
        const sleeps = imported.some((name) => ['*', 'default', 'setTimeout', 'scheduler'].includes(name))
        if (/^(node:)?timers\/promises$/.test(source) && sleeps) report(node)
      }),
      'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]': report,
    }
  },
}
