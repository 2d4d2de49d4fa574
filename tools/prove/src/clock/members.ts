import type { StackRun } from '../stack-proof/stack-proof'
import { SESSION_TIMEOUT_MS } from '../stage/stage'
import { SERVICES } from '../stage/whole-stack'

/** Ids of the members of each service's consumer group, by group. */
export type Members = ReadonlyMap<string, readonly string[]>

const LOST_BY_MS = SESSION_TIMEOUT_MS + 2_000

export async function membersNow({ load }: StackRun): Promise<Members> {
  const { groups } = await load.admin.describeGroups(SERVICES.map((name) => `laurel.${name}`))
  return new Map(groups.map(({ groupId, members }) => [groupId, members.map(({ memberId }) => memberId).toSorted()]))
}

/** A place in a group is a lease that heartbeats keep: it is a finding when one is lost within the session timeout. */
export async function checkMembers(run: StackRun, before: Members, what: string): Promise<void> {
  await run.sleep(LOST_BY_MS)
  const now = await membersNow(run)
  for (const [group, members] of before) {
    const left = members.filter((id) => !now.get(group)?.includes(id))
    if (left.length > 0) run.findings.add('wrong', `${left.length} of ${members.length} members of ${group} lost their place after ${what}`)
  }
}
