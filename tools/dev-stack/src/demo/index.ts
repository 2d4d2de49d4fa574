export { generate, type GenerateOptions } from './generate/generate'
export { InputError } from './input/input-error'
export { runDemo, type DemoOptions, type DemoResult } from './run-demo'
