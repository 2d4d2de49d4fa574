import type { HttpClient } from '../drive/http-client'
import { Lanes } from '../drive/lanes'
import type { Cohort } from '../model/cohort'
import type { StackState } from '../../stack/state'

const CONCURRENCY = 16

/** The email address of each learner of the input, from the Directory: Credly knows learners by nothing else. */
export async function emailsOf(cohort: Cohort, stack: StackState, http: HttpClient): Promise<Map<string, string>> {
  const emails = new Map<string, string>()
  const lanes = new Lanes(CONCURRENCY, CONCURRENCY)
  for (const userId of cohort.userIds) {
    await lanes.push(userId, async () => {
      const url = `${stack.sandbox.url}/directory/users/${userId}`
      const { status, body } = await http.call({ method: 'GET', url })
      const email = (body as { email?: unknown } | undefined)?.email
      if (status !== 200 || typeof email !== 'string') throw new Error(`GET ${url} answered ${status} without an email`)
      emails.set(userId, email)
    })
  }
  await lanes.drain()
  return emails
}

/** Enrollment key by the key of the badge in Credly's ledger, `<email>|<template>`, for every badge that may exist. */
export function badgeKeys(cohort: Cohort, emails: ReadonlyMap<string, string>): Map<string, string> {
  const keys = new Map<string, string>()
  for (const known of cohort.cases.values()) {
    const template = known.version.credential?.credly_badge_template_id
    if (template !== undefined) keys.set(`${emails.get(known.userId)}|${template}`, known.key)
  }
  return keys
}
