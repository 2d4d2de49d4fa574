// Loaded into every process that a benchmark starts: however the benchmark ends, nothing of it stays behind.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
