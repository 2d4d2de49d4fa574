import { Directory } from '@laurel/directory'
import type { DataSource } from 'typeorm'
import { Assessment } from './assessment/assessment'
import { Credly } from './credly/credly'
import { OutsideFixture, type Answer, type Call } from './outside.fixture'
import type { IssuePorts } from './use-cases/issue-credential'

/** The outside systems that an issue needs, well unless told; Credly refuses second badges as the real one. */
export class IssuingFixture extends OutsideFixture {
  /** Badges at Credly by earner and template. */
  readonly badges = new Map<string, string>()
  /** What happens to the next requests for a badge. */
  troubles: ('break' | 'effect-then-break' | 'error')[] = []
  assessment: Answer = { status: 200, body: { score: 91 } }
  override answer = (call: Call): Answer => {
    if (call.path.startsWith('/directory')) {
      return { status: 200, body: { email: `${call.path.split('/').at(-1)}@learners.example`, given_name: 'Ada', family_name: 'L' } }
    }
    if (call.path.startsWith('/assessment')) return this.assessment
    return call.method === 'GET' ? this.list(call) : this.issue(call)
  }

  ports(dataSource: DataSource): IssuePorts {
    return {
      dataSource,
      directory: new Directory(this.system('directory')),
      assessment: new Assessment(this.system('assessment')),
      credly: new Credly(this.system('credly'), 'org-1'),
    }
  }

  /** How often a badge was asked for. */
  get posts(): number {
    return this.calls.filter(({ method }) => method === 'POST').length
  }

  private list(call: Call): Answer {
    const [email, template] = [/recipient_email_all::([^|]*)/, /badge_template_id::([^|]*)/].map(
      (part) => part.exec(call.query.get('filter')!)![1]!,
    )
    const id = this.badges.get(`${email}|${template}`)
    return { status: 200, body: { data: id ? [{ id, recipient_email: email, badge_template: { id: template }, state: 'pending' }] : [] } }
  }

  private issue(call: Call): Answer {
    const trouble = this.troubles.shift()
    if (trouble === 'break') return 'break'
    if (trouble === 'error') return { status: 500 }
    const key = `${String(call.body['recipient_email'])}|${String(call.body['badge_template_id'])}`
    if (this.badges.has(key)) return { status: 422, body: { data: { errors: [{ attribute: 'recipient_email' }] } } }
    this.badges.set(key, `badge-${this.badges.size + 1}`)
    return trouble === 'effect-then-break' ? 'break' : { status: 201, body: { data: { id: this.badges.get(key) } } }
  }
}
