import { resolve } from 'node:path'

/** This file lies in tools/prove/src/mutants, or compiled in tools/prove/dist/mutants. */
export const REPOSITORY = resolve(__dirname, '..', '..', '..', '..')
