import { LocalIam } from '@laurel/dev-stack'
import type { Closing } from '../frame/closing'
import type { Iam } from '../frame/start-service'
import { uuidText } from '../measure/random'
import type { World } from '../seed/world'

/** Serves the key set of an identity provider and has signed a token, good for a day, for every learner who sends requests. */
export async function startIam(closing: Closing, world: World): Promise<Iam & { readonly tokens: readonly string[] }> {
  const iam = await LocalIam.start()
  closing.add(() => iam.stop())
  const tokens: string[] = []
  for (let learner = 0; learner < world.senders; learner++) tokens.push(await iam.token(uuidText(world.learnerId(learner))))
  return { url: iam.jwksUrl, issuer: iam.issuer, audience: iam.audience, tokens }
}
