import { createHash } from 'node:crypto';
import type { PreparedContract } from './corpus.ts';

/** A share of its longer passages that two versions of one contract have in common, and two contracts of different origin have not. */
const leastShared = 0.3;
const shortestPassage = 100;

/**
 * Deals contracts to folds so that those of one company, and near-duplicates, are in the same: otherwise a model would be scored on what it has seen.
 *
 * @returns the fold of each contract. The same contracts are always dealt alike.
 */
export function dealFolds(contracts: readonly PreparedContract[], count: number): number[] {
  const groups = groupsOf(contracts);
  const sizes = Array.from({ length: count }, () => 0);
  const folds = Array.from(contracts, () => 0);
  for (const members of groups) {
    const fold = sizes.indexOf(Math.min(...sizes));
    for (const member of members) folds[member] = fold;
    sizes[fold] = (sizes[fold] ?? 0) + members.length;
  }
  return folds;
}

/** The largest first, equals in an order that has nothing to do with that of the files. */
function groupsOf(contracts: readonly PreparedContract[]): number[][] {
  const parents = contracts.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] ?? root;
    return root;
  };
  const join = (a: number, b: number): void => {
    parents[rootOf(a)] = rootOf(b);
  };
  const companies = new Map<string, number>();
  for (const [index, { contract }] of contracts.entries()) {
    const company = contract.title.split('_')[0]?.toLowerCase() ?? '';
    join(index, companies.get(company) ?? index);
    companies.set(company, index);
  }
  for (const [a, b] of nearDuplicates(contracts)) join(a, b);

  const members = Map.groupBy(contracts.keys(), rootOf);
  const named = [...members.values()].map((group) => ({ group, digest: digestOf(contracts, group) }));
  return named
    .sort((a, b) => b.group.length - a.group.length || (a.digest < b.digest ? -1 : 1))
    .map(({ group }) => group);
}

function digestOf(contracts: readonly PreparedContract[], group: readonly number[]): string {
  const titles = group.map((index) => contracts[index]?.contract.title ?? '').sort(byCodeUnits);
  return createHash('sha256').update(titles.join('\n')).digest('hex');
}

/** An order that no locale changes. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function* nearDuplicates(contracts: readonly PreparedContract[]): Generator<[number, number]> {
  const passages = contracts.map(
    ({ segments }) => new Set(segments.filter(({ text }) => text.length >= shortestPassage).map(({ lower }) => lower)),
  );
  const holders = new Map<string, number[]>();
  for (const [index, own] of passages.entries())
    for (const passage of own) holders.set(passage, [...(holders.get(passage) ?? []), index]);
  const shared = new Map<string, number>();
  for (const among of holders.values())
    for (const [at, a] of among.entries())
      for (const b of among.slice(at + 1)) shared.set(`${a} ${b}`, (shared.get(`${a} ${b}`) ?? 0) + 1);
  for (const [pair, count] of shared) {
    const [a = 0, b = 0] = pair.split(' ').map(Number);
    if (count >= leastShared * Math.min(passages[a]?.size ?? 0, passages[b]?.size ?? 0)) yield [a, b];
  }
}
