import { readConfig } from './config'

const shell = {
  DATABASE_URL: 'postgres://analytics:secret@localhost/laurel',
  KAFKA_BROKERS: 'localhost:9092',
  IAM_JWKS_URL: 'https://iam.laurel.example/jwks.json',
  IAM_ISSUER: 'https://iam.laurel.example',
  IAM_AUDIENCE: 'laurel',
}
const lrs = { LRS_URL: 'https://lrs.example/xapi/', LRS_USERNAME: 'laurel', LRS_PASSWORD: 'secret' }

it('listens on 4304 and builds identifiers under laurel.example unless told otherwise', () => {
  expect(readConfig({ ...shell, ...lrs })).toMatchObject({
    shell: { service: 'analytics-distribution', port: 4304 },
    lrs: { url: 'https://lrs.example/xapi', username: 'laurel', password: 'secret' },
    xapi: { baseIri: 'https://laurel.example/xapi', accountHomePage: 'https://laurel.example' },
  })
})

it('takes the identifiers of the organisation that runs it', () => {
  const own = { XAPI_BASE_IRI: 'https://learn.acme.example/xapi/', XAPI_ACCOUNT_HOME_PAGE: 'https://login.acme.example/' }
  expect(readConfig({ ...shell, ...lrs, ...own }).xapi).toEqual({
    baseIri: 'https://learn.acme.example/xapi',
    accountHomePage: 'https://login.acme.example',
  })
})

it.each(Object.keys(lrs))('asks for %s by name', (name) => {
  expect(() => readConfig({ ...shell, ...lrs, [name]: '' })).toThrow(name)
})
