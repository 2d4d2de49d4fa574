/** Name of the service in its consumer group, its dead-letter topic and its logs. */
export const SERVICE = 'analytics-distribution'
