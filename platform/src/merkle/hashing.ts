import { hash } from 'node:crypto';

/** A SHA-256 hash, 32 bytes. */
export type Hash = Buffer;

const leafPrefix = Buffer.of(0x00);
const nodePrefix = Buffer.of(0x01);

/** The root of a tree without leaves. */
export const emptyRoot: Hash = sha256(Buffer.alloc(0));

export function sha256(...parts: readonly Uint8Array[]): Hash {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

/** Leaves and nodes are hashed with different prefixes, or a node could pass for a leaf (RFC 9162, section 2.1.1). */
export function leafHash(data: Uint8Array): Hash {
  return sha256(leafPrefix, data);
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(nodePrefix, left, right);
}
