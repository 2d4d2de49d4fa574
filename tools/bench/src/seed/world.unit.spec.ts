import { World } from './world'

describe('World', () => {
  it('enrolls no learner twice in one version', () => {
    const world = new World(10_000_000, 1)
    const pairs = Array.from({ length: world.enrollments }, (_, e) => `${world.learnerOf(e)}:${world.versionOf(e)}`)
    expect(new Set(pairs).size).toBe(200_000)
  })

  it('has five enrollments per learner at full size, and one where there are few', () => {
    expect(new World(10_000_000, 1)).toMatchObject({ enrollments: 200_000, learners: 40_000, senders: 9_000 })
    expect(new World(100_000, 1)).toMatchObject({ enrollments: 2_000, learners: 2_000, senders: 2_000 })
  })

  it('gives everything an id of its own that the seed fixes', () => {
    const [world, same, other] = [new World(5_000, 1), new World(5_000, 1), new World(5_000, 2)]
    const ids = [
      world.learnerId(0),
      world.learnerId(1),
      world.versionId(0),
      world.courseId(0),
      world.lessonId(0, 0),
      world.lessonId(0, 1),
      world.lessonId(1, 0),
    ]
    expect(new Set(ids.map(String)).size).toBe(7)
    expect(same.lessonId(3, 4)).toEqual(world.lessonId(3, 4))
    expect(other.lessonId(3, 4)).not.toEqual(world.lessonId(3, 4))
  })
})
