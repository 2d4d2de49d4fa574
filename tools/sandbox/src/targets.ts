/** The outside systems that the sandbox stands in for, as `/_faults` and `/_ledger` name them. */
export const TARGETS = ['iam', 'directory', 'assessment', 'credly', 'lrs', 'hr', 'graphy', 'mail'] as const
export type Target = (typeof TARGETS)[number]

/** The targets on which a call leaves a lasting effect; the others are only read. */
export const EFFECT_TARGETS = ['credly', 'lrs', 'hr', 'mail'] as const
export type EffectTarget = (typeof EFFECT_TARGETS)[number]

export function isTarget(name: unknown): name is Target {
  return (TARGETS as readonly unknown[]).includes(name)
}

export function hasEffects(target: Target): target is EffectTarget {
  return (EFFECT_TARGETS as readonly Target[]).includes(target)
}
