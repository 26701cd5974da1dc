import { describe, expect, it } from 'vitest';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { emptyRoot, type Hash, leafHash, nodeHash } from '../../src/merkle/hashing.ts';

/** Leaves and roots of Certificate Transparency's own tests, which other implementations share. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The definition in RFC 9162, section 2.1.1, word by word. */
function rootOf(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return emptyRoot;
  if (hashes.length === 1) return hashes[0] as Hash;
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

describe('a compact range', () => {
  it('has the roots that Certificate Transparency publishes', () => {
    const range = new CompactRange();
    expect(range.root().toString('hex')).toBe(roots[0]);
    for (const [index, leaf] of leaves.entries()) {
      range.append(leafHash(Buffer.from(leaf, 'hex')));
      expect(range.root().toString('hex')).toBe(roots[index + 1]);
    }
  });

  it('has the root that the definition has, at every size, also when it goes on from its peaks', () => {
    const hashes = Array.from({ length: 150 }, (_, index) => leafHash(Buffer.of(index)));
    let range = new CompactRange();
    for (const [index, hash] of hashes.entries()) {
      range = new CompactRange(range.size, range.peaks);
      range.append(hash);
      expect(range.root()).toEqual(rootOf(hashes.slice(0, index + 1)));
    }
  });

  it('takes no other number of peaks than its size has', () => {
    expect(() => new CompactRange(3, [emptyRoot])).toThrow(RangeError);
  });
});
