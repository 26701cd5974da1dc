/**
 * Renames all keys of plain objects, at every depth, from camelCase to snake_case. Values stay as they are.
 *
 * `toCamelCase` gives the same object back if all keys are camelCase. Keys that are data, such as those of a user's
 * metadata, need not be: leave such an object out.
 */
export function toSnakeCase(value: unknown): unknown {
  return renameKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** Renames all keys of plain objects, at every depth, from snake_case to camelCase. Values stay as they are. */
export function toCamelCase(value: unknown): unknown {
  return renameKeys(value, (key) => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
}

function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renameKeys(item, rename)]));
}
