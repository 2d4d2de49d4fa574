/**
 * Makes `Date` of this process tell another time: `Date.now()`, `new Date()` and `Date()`. Monotonic clocks and timers go on as
 * they are, and so does what was read before: as when somebody sets the clock of a host.
 *
 * @param offsetMs asked at every reading
 */
export function shiftDate(scope: { Date: DateConstructor }, offsetMs: () => number): void {
  const Real = scope.Date
  const now = () => Real.now() + offsetMs()
  const Shifted = new Proxy(Real, {
    construct: (target, given: unknown[], newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
    apply: () => new Real(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
  })
  Real.prototype.constructor = Shifted
  scope.Date = Shifted
}
