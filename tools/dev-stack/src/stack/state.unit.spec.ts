import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { scratchDirectory } from '../scratch-directory.fixture'
import { forgetState, StateFile, type StackState } from './state'

const STATE: StackState = {
  kafka: { brokers: ['127.0.0.1:4392'] },
  postgres: { url: 'postgres://laurel:x@127.0.0.1:4332/postgres' },
  services: { progress: { url: 'http://127.0.0.1:4301', pid: 1 }, credential: { url: 'http://127.0.0.1:4303', pid: 2 } },
  sandbox: { url: 'http://127.0.0.1:4390', pid: 3, smtp_port: 4391 },
  tokens: { learner: 'l', admin: 'a' },
  databases: { progress: 'postgres://progress:y@127.0.0.1:4332/postgres' },
}

describe('StateFile', () => {
  const scratch = scratchDirectory()
  const path = () => join(scratch.path, 'stack.json')
  const written = () => JSON.parse(readFileSync(path(), 'utf8')) as StackState

  it('is written at once, for the owner alone', () => {
    new StateFile(scratch.path, STATE)
    expect(written()).toEqual(STATE)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
  })

  it('follows a service that was started again, and leaves the others', () => {
    const state = new StateFile(scratch.path, STATE)
    state.moved('progress', { url: 'http://127.0.0.1:20001', pid: 9 })
    expect(written().services).toEqual({ progress: { url: 'http://127.0.0.1:20001', pid: 9 }, credential: STATE.services.credential })
    expect(state.current).toEqual(written())
  })

  it('keeps the mail port of a sandbox that was started again', () => {
    new StateFile(scratch.path, STATE).moved('sandbox', { url: 'http://127.0.0.1:4390', pid: 9 })
    expect(written().sandbox).toEqual({ url: 'http://127.0.0.1:4390', pid: 9, smtp_port: 4391 })
  })

  it('is gone when the stack is', () => {
    new StateFile(scratch.path, STATE)
    forgetState(scratch.path)
    expect(existsSync(path())).toBe(false)
  })
})
