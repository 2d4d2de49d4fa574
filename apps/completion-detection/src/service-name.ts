/** Name of the service in `ce_source`, consumer group and dead-letter topic. */
export const SERVICE = 'completion-detection'
