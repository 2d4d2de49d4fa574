import { RecordingLogger } from '@laurel/testing'
import { RepeatedWork } from './repeated-work'

it('goes on after a failure, says no more of it than its kind, and ends the work under way when it is stopped', async () => {
  const logger = new RecordingLogger()
  let times = 0
  const third = Promise.withResolvers<AbortSignal>()
  let hasEnded = false
  const work = async (signal: AbortSignal) => {
    times += 1
    if (times === 1) throw new RangeError('ada@example.com is no learner')
    if (times < 3) return
    third.resolve(signal)
    await new Promise((resolve) => signal.addEventListener('abort', () => setImmediate(resolve)))
    hasEnded = true
  }
  const repeated = new RepeatedWork('the work', work, 0, logger)
  repeated.start()
  const signal = await third.promise
  expect(signal.aborted).toBe(false)
  await repeated.stop()
  expect(hasEnded).toBe(true)
  expect(times).toBe(3)
  expect(logger.lines).toEqual([{ level: 'warn', message: 'the work failed, trying again', fields: { error: 'RangeError' } }])
})
