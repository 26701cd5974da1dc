import type { Queryable } from '../pg/database.ts';
import type { Version1Family, Version1Keys } from './family.ts';

/** All kinds of keys that a service takes over, in the order in which they are imported. */
export class Families {
  readonly all: readonly Version1Family[];

  constructor(all: readonly Version1Family[]) {
    this.all = all;
  }

  /** The family of a key; undefined if it is none of the service's. */
  of(key: string): Version1Family | undefined {
    return this.all.find((family) => hasKey(family, key));
  }

  /** What version 1's keys, of any family, would have to hold now. */
  async render(database: Queryable, keys: readonly string[]): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    for (const [family, members] of Map.groupBy(keys, (key) => this.of(key))) {
      const rendered = family && members.length > 0 ? await family.render(database, members) : [];
      for (const [key, text] of rendered) texts.set(key, text);
    }
    return texts;
  }
}

/** Whether the key is of that kind. */
export function hasKey({ pattern, owns = () => true }: Version1Keys, key: string): boolean {
  return key.startsWith(pattern.slice(0, pattern.indexOf('*'))) && owns(key);
}
