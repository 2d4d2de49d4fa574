export { LaurelCommand, REPOSITORY } from './laurel-command'
