import { readConfig } from './config'

const SHELL = {
  DATABASE_URL: 'postgres://hr@db/laurel',
  KAFKA_BROKERS: 'kafka:9092',
  IAM_JWKS_URL: 'https://iam.example/jwks.json',
  IAM_ISSUER: 'https://iam.example',
  IAM_AUDIENCE: 'laurel',
}

it('takes the HR system from the environment, and defaults for the jobs', () => {
  const config = readConfig({ ...SHELL, HR_URL: 'https://hr.example/api/', HR_TOKEN: 'token' })
  expect(config).toMatchObject({ hr: { url: 'https://hr.example/api', token: 'token' }, jobConcurrency: 3, jobRetryLimit: 10 })
  expect(config.shell).toMatchObject({ service: 'hr-report', port: 4305 })
})

it('names every variable that is wrong', () => {
  const wrong = (): unknown => readConfig({ ...SHELL, HR_URL: 'hr', JOB_CONCURRENCY: '0', JOB_RETRY_LIMIT: 'many' })
  for (const name of ['HR_URL', 'HR_TOKEN', 'JOB_CONCURRENCY', 'JOB_RETRY_LIMIT']) expect(wrong).toThrow(name)
})
