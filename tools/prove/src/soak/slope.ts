/** One measurement: when, in hours since any moment, and what. */
export interface Sample {
  readonly hours: number
  readonly value: number
}

/** Units an hour, and the standard error of that. */
export interface Slope {
  readonly perHour: number
  readonly error: number
}

/** The smallest of the measurements within each stretch of so many hours: what is left of a saw-tooth, such as memory between collections. */
export function floors(samples: readonly Sample[], stretchHours: number): Sample[] {
  const stretches = Map.groupBy(samples, ({ hours }) => Math.floor(hours / stretchHours))
  return [...stretches.values()].map((stretch) => stretch.reduce((least, sample) => (sample.value < least.value ? sample : least)))
}

/**
 * The line of least squares through the samples. Neighbours are alike in what moves slowly, so that they tell less than as many
 * independent samples: the error is widened by their correlation (Bartlett's factor for a first-order process).
 *
 * @returns null for less than five samples, or all at one moment
 */
export function slopeOf(samples: readonly Sample[]): Slope | null {
  const n = samples.length
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / n
  const [hours, value] = [mean((s) => s.hours), mean((s) => s.value)]
  const spread = samples.reduce((sum, s) => sum + (s.hours - hours) ** 2, 0)
  if (n < 5 || spread === 0) return null
  const perHour = samples.reduce((sum, s) => sum + (s.hours - hours) * (s.value - value), 0) / spread
  const residuals = samples.map((s) => s.value - value - perHour * (s.hours - hours))
  const squares = residuals.reduce((sum, r) => sum + r * r, 0)
  const products = residuals.slice(1).reduce((sum, r, i) => sum + r * residuals[i]!, 0)
  const correlation = squares === 0 ? 0 : Math.min(0.9, Math.max(0, products / squares))
  const widening = (1 + correlation) / (1 - correlation)
  return { perHour, error: Math.sqrt((squares / (n - 2) / spread) * widening) }
}

export type Judgement = 'flat' | 'rises' | 'not judged'

/**
 * `rises`: by more than allowed, beyond what chance explains (three standard errors). `flat`: not by more than allowed, and the samples
 * would have shown it. Else they are too few to say.
 */
export function judgeSlope(slope: Slope | null, mostPerHour: number): Judgement {
  if (slope === null) return 'not judged'
  const { perHour, error } = slope
  if (perHour - 3 * error > mostPerHour) return 'rises'
  return perHour + error <= mostPerHour && error * 3 <= mostPerHour ? 'flat' : 'not judged'
}
