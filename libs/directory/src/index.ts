export { Directory, type Person } from './directory'
