import { describe, expect, it } from 'vitest';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { leafHash } from '../../src/merkle/hashing.ts';
import { rootFromPath, treeWithPaths } from '../../src/merkle/inclusion-path.ts';

const leavesOf = (size: number) => Array.from({ length: size }, (_, index) => leafHash(Buffer.of(index)));

describe('the path from a leaf to the root', () => {
  it('leads to the root of the tree, from each leaf of each size', () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = leavesOf(size);
      const range = new CompactRange();
      for (const leaf of leaves) range.append(leaf);
      const { root, paths } = treeWithPaths(leaves);
      expect(root).toEqual(range.root());
      for (const [index, leaf] of leaves.entries()) {
        expect(rootFromPath(leaf, { index, size }, paths[index] ?? [])).toEqual(root);
      }
    }
  });

  it('leads elsewhere from another leaf, and from another place', () => {
    for (const size of [2, 3, 7, 8, 13]) {
      const leaves = leavesOf(size);
      const { root, paths } = treeWithPaths(leaves);
      for (const [index, path] of paths.entries()) {
        for (const [other, leaf] of leaves.entries()) {
          if (other === index) continue;
          expect(rootFromPath(leaf, { index, size }, path)).not.toEqual(root);
          expect(rootFromPath(leaves[index] as Buffer, { index: other, size }, path)).not.toEqual(root);
        }
      }
    }
  });

  it('leads nowhere if it is too long or too short, or from a place that is not there', () => {
    const leaves = leavesOf(5);
    const [leaf, path] = [leaves[0] as Buffer, treeWithPaths(leaves).paths[0] ?? []];
    expect(rootFromPath(leaf, { index: 0, size: 5 }, path.slice(1))).toBeUndefined();
    expect(rootFromPath(leaf, { index: 0, size: 5 }, [...path, leaf])).toBeUndefined();
    expect(rootFromPath(leaf, { index: 5, size: 5 }, path)).toBeUndefined();
    expect(() => treeWithPaths([])).toThrow(RangeError);
  });
});
