import { join } from 'node:path'
import { loadProgress, LoadGenerator, uuidText, type Closing, type World } from '@laurel/bench'
import type { Stage } from '../stage/stage'

/** Fills progress' tables with the world, signs its learners' tokens and starts the process that sends their requests. */
export async function startGenerator(stage: Stage, closing: Closing, world: World): Promise<LoadGenerator> {
  await loadProgress(stage.adminUrl, world, () => undefined)
  const tokens: string[] = []
  for (let learner = 0; learner < world.senders; learner++) tokens.push(await stage.iam.token(uuidText(world.learnerId(learner))))
  const ports = stage.replicas.map(({ url }) => Number(new URL(url).port))
  return LoadGenerator.start(closing, { rows: world.rows, seed: world.seed, tokens, ports }, join(stage.dir, 'logs'))
}
