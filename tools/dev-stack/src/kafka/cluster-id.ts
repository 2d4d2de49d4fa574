import { randomBytes } from 'node:crypto'

/** 16 random bytes in base64url, as Kafka's StorageTool random-uuid prints them; a leading dash would read as an option. */
export function newClusterId(): string {
  return randomBytes(16).toString('base64url').replace(/^-/, 'A')
}
