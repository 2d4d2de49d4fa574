export type { Bar, Outcome, Table } from './frame/outcome'
