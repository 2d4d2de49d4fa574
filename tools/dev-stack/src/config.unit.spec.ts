import { readConfig } from './config'
import { STACK_DIRECTORY } from './paths'

describe('readConfig', () => {
  it('starts servers of its own in .laurel when nothing is set', () => {
    expect(readConfig({})).toMatchObject({ dir: STACK_DIRECTORY, enableCredentials: 'true' })
    expect(readConfig({})).not.toHaveProperty('kafkaBrokers')
    expect(readConfig({ KAFKA_BROKERS: ' ', DATABASE_URL: '' })).not.toHaveProperty('databaseUrl')
  })

  it('takes what is set', () => {
    const set = { KAFKA_BROKERS: 'a:9092, b:9092', DATABASE_URL: 'postgres://x@h/d', LAUREL_DIR: '/elsewhere', ENABLE_CREDENTIALS: 'false' }
    expect(readConfig(set)).toMatchObject({
      kafkaBrokers: ['a:9092', 'b:9092'],
      databaseUrl: 'postgres://x@h/d',
      dir: '/elsewhere',
      enableCredentials: 'false',
    })
  })
})
