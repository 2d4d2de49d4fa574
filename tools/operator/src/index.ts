export { parseArguments, USAGE, type OperatorCommand } from './arguments'
export { Refusal } from './refusal'
