export interface Group<T> {
  before: T[];
  after: T[];
}

/** Puts together what two lists have under the same key, in the order in which the keys first come up. */
export function groupsOf<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  const groupOf = (item: T): Group<T> => {
    const key = keyOf(item);
    const group = groups.get(key) ?? { before: [], after: [] };
    groups.set(key, group);
    return group;
  };
  for (const item of before) groupOf(item).before.push(item);
  for (const item of after) groupOf(item).after.push(item);
  return [...groups.values()];
}
