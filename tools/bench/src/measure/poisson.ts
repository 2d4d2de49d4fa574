/**
 * When requests are due that arrive independently of each other and of the answers: a Poisson process.
 *
 * @param rate per second
 * @param random numbers from 0 (included) to 1 (excluded)
 * @returns ascending milliseconds from the start, all below the duration
 */
export function poissonSchedule(rate: number, seconds: number, random: () => number): Float64Array {
  const due = new Float64Array(Math.ceil(rate * seconds + 6 * Math.sqrt(rate * seconds) + 16))
  let count = 0
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) / rate) * 1_000
    if (at >= seconds * 1_000 || count === due.length) return due.subarray(0, count)
    due[count++] = at
  }
}
