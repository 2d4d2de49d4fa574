import { readEnv } from '@laurel/service-shell'
import { readCheckerSettings } from './checker-settings'

const settings = (env: NodeJS.ProcessEnv) => {
  const read = readEnv(env)
  const found = readCheckerSettings(read)
  read.done()
  return found
}
const GRAPHY = { GRAPHY_API_BASE: 'https://api.graphy.example/', GRAPHY_API_KEY: 'k', GRAPHY_MERCHANT_ID: 'm' }

it('checks every 15 minutes for 5 minutes in batches of 50, and knows no platform unless told', () => {
  expect(settings({})).toEqual({
    regular: { cron: '*/15 * * * *', batchSize: 50, budgetMs: 300_000 },
    offPeak: null,
    concurrency: 4,
    recheckMs: 600_000,
    graphy: null,
  })
})

it('takes Graphy and an off-peak schedule of its own', () => {
  expect(settings({ ...GRAPHY, CHECKER_OFF_PEAK_CRON: '0 3 * * *', CHECKER_OFF_PEAK_BUDGET_SECONDS: '7200' })).toMatchObject({
    offPeak: { cron: '0 3 * * *', batchSize: 100, budgetMs: 7_200_000 },
    graphy: { baseUrl: 'https://api.graphy.example', merchantId: 'm', apiKey: 'k', callsPerSecond: 10 },
  })
})

it.each([
  ['CHECKER_CRON', { CHECKER_CRON: 'every day' }],
  ['CHECKER_OFF_PEAK_CRON', { CHECKER_OFF_PEAK_CRON: '61 * * * *' }],
  ['CHECKER_BATCH_SIZE', { CHECKER_BATCH_SIZE: '101' }],
  ['CHECKER_BATCH_SIZE', { CHECKER_BATCH_SIZE: '24' }],
  ['GRAPHY_API_KEY', { ...GRAPHY, GRAPHY_API_KEY: '' }],
  ['GRAPHY_MERCHANT_ID', { ...GRAPHY, GRAPHY_MERCHANT_ID: '' }],
])('names %s when it is wrong: %j', (name, env) => {
  expect(() => settings(env)).toThrow(name)
})
