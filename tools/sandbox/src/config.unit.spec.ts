import { readConfig } from './config'

it('defaults to the loopback address and the port of the contract', () => {
  expect(readConfig({})).toEqual({ host: '127.0.0.1', port: 4390, smtpPort: 0, dataDir: '.laurel/sandbox' })
})

it('names every wrong variable', () => {
  expect(() => readConfig({ PORT: '70000', SMTP_PORT: 'x' })).toThrow(/PORT is "70000".*\n.*SMTP_PORT is "x"/)
})
