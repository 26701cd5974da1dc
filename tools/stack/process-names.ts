/** The processes that own tables. Each listens for gRPC and has a database role of its own. */
export const serviceNames = ['document', 'analysis', 'session'] as const;

/** Everything that `npm start` runs besides the stores. */
export const processNames = [...serviceNames, 'gateway'] as const;

export type ServiceName = (typeof serviceNames)[number];
export type ProcessName = (typeof processNames)[number];

/** Makes a record with one value per name. */
export function forEachName<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
