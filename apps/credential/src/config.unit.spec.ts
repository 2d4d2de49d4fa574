import { readConfig } from './config'

const SHELL = {
  DATABASE_URL: 'postgres://credential@db/laurel',
  KAFKA_BROKERS: 'kafka:9092',
  IAM_JWKS_URL: 'https://iam.example/jwks.json',
  IAM_ISSUER: 'https://iam.example',
  IAM_AUDIENCE: 'laurel',
}
const OWN = {
  DIRECTORY_URL: 'https://directory.example',
  ASSESSMENT_URL: 'https://assessment.example',
  CREDLY_URL: 'https://api.credly.example/v1',
  CREDLY_ORGANIZATION_ID: 'org-1',
  CREDLY_TOKEN: 'token',
}

it('takes the outside systems from the environment, and issues credentials unless told not to', () => {
  const config = readConfig({ ...SHELL, ...OWN })
  expect(config).toMatchObject({
    enableCredentials: true,
    directoryUrl: 'https://directory.example',
    assessmentUrl: 'https://assessment.example',
    credly: { url: 'https://api.credly.example/v1', organizationId: 'org-1', token: 'token' },
    jobConcurrency: 3,
    jobRetryLimit: 10,
  })
  expect(config.shell).toMatchObject({ service: 'credential', port: 4303 })
  expect(readConfig({ ...SHELL, ...OWN, ENABLE_CREDENTIALS: 'false' }).enableCredentials).toBe(false)
})

it('names every variable that is wrong', () => {
  const wrong = (): unknown => readConfig({ ...SHELL, ENABLE_CREDENTIALS: 'maybe' })
  for (const name of ['ENABLE_CREDENTIALS', ...Object.keys(OWN)]) expect(wrong).toThrow(name)
})
