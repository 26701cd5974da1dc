import { type Hash, nodeHash } from './hashing.ts';

/** A tree over a few leaves, and the way from each leaf to its root. */
export interface TreeWithPaths {
  root: Hash;
  /** Of each leaf, the nodes beside its way to the root, the lowest first (RFC 9162, section 2.1.3.1). */
  paths: readonly (readonly Hash[])[];
}

/** @throws {RangeError} if there are no leaves */
export function treeWithPaths(leaves: readonly Hash[]): TreeWithPaths {
  const paths: Hash[][] = leaves.map(() => []);
  let nodes = leaves;
  for (let width = 1; nodes.length > 1; width *= 2) {
    for (const [index, path] of paths.entries()) {
      const own = Math.floor(index / width);
      const beside = nodes[own % 2 === 0 ? own + 1 : own - 1];
      if (beside) path.push(beside);
    }
    nodes = parentsOf(nodes);
  }
  const [root] = nodes;
  if (!root) throw new RangeError('a tree without leaves has no paths');
  return { root, paths };
}

/**
 * The root of the tree in which a leaf has that place and that path (RFC 9162, section 2.1.3.2).
 *
 * @returns undefined if no tree of that size has such a path
 */
export function rootFromPath(
  leaf: Hash,
  place: { index: number; size: number },
  path: readonly Hash[],
): Hash | undefined {
  let { index } = place;
  let last = place.size - 1;
  if (index > last) return undefined;
  let node = leaf;
  for (const beside of path) {
    if (last === 0) return undefined;
    if (index % 2 === 1 || index === last) {
      node = nodeHash(beside, node);
      // A last node without a neighbour goes up as it is.
      for (; index % 2 === 0 && index > 0; last = Math.floor(last / 2)) index /= 2;
    } else node = nodeHash(node, beside);
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? node : undefined;
}

function parentsOf(nodes: readonly Hash[]): Hash[] {
  const parents: Hash[] = [];
  for (let left = 0; left < nodes.length; left += 2) {
    const [node, right] = nodes.slice(left, left + 2) as [Hash, Hash?];
    parents.push(right ? nodeHash(node, right) : node);
  }
  return parents;
}
