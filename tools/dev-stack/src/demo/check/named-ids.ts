const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g

/** Every UUID in the JSON text of a value, wherever it stands: what an effect is about, whatever its shape. */
export function idsIn(value: unknown): string[] {
  return JSON.stringify(value ?? null).match(UUID) ?? []
}
