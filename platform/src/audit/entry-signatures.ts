import type { Hash } from '../merkle/hashing.ts';
import { rootFromPath, treeWithPaths } from '../merkle/inclusion-path.ts';
import { type AuditEntry, entryLeaf } from './audit-entry.ts';
import type { AuditSigner, TrustedKeys } from './audit-keys.ts';

/** What an entry has instead of a signature of its own. */
interface GroupSignature {
  /** In base64, over the root of the tree over the leaves of the group. */
  signature: string;
  /** Which of the group the entry is, from 0. */
  index: number;
  /** How many the group has. */
  size: number;
  /** From the entry's leaf to the root, in base64: hashes of 32 bytes. */
  path: string;
}

const groupText = /^(?<signature>[^.]+)\.(?<index>\d+)\.(?<size>\d+)\.(?<path>[^.]+)$/;
const hashBytes = 32;

/**
 * Signs entries with one signature, for that costs what fifty hashes cost. Each gets a text that proves by itself that it
 * was signed, whatever becomes of the others. docs/audit-log.md has the format.
 *
 * @param leaves of the entries, at least one
 */
export async function signEntries(logId: string, leaves: readonly Hash[], signer: AuditSigner): Promise<string[]> {
  const size = leaves.length;
  const { root, paths } = treeWithPaths(leaves);
  if (size === 1) return [await signer.sign(entryStatement(logId, root))];
  const signature = await signer.sign(groupStatement(logId, size, root));
  return paths.map((path, index) => textOf({ signature, index, size, path: Buffer.concat(path).toString('base64') }));
}

/** Whether the entry was signed as it is, and for its place. */
export function isEntrySigned(entry: AuditEntry, logId: string, keys: TrustedKeys): boolean {
  const { keyId, signature } = entry;
  const leaf = entryLeaf(entry);
  if (!signature.includes('.')) return keys.isSigned(keyId, entryStatement(logId, leaf), signature);
  const group = groupOf(signature);
  if (!group) return false;
  const root = rootFromPath(leaf, group, hashesIn(group.path));
  return root !== undefined && keys.isSigned(keyId, groupStatement(logId, group.size, root), group.signature);
}

/**
 * What the signature of an entry is over. Without it whoever may write to the table could change an entry and all that
 * follows from it, and an old head would tell that something was changed, but not what.
 */
function entryStatement(logId: string, leaf: Hash): Buffer {
  return Buffer.concat([Buffer.from(`contract-reviewer audit entry v1\n${logId}\n`), leaf]);
}

function groupStatement(logId: string, size: number, root: Hash): Buffer {
  return Buffer.concat([Buffer.from(`contract-reviewer audit entries v1\n${logId}\n${size}\n`), root]);
}

function groupOf(text: string): GroupSignature | undefined {
  const { signature, index, size, path } = groupText.exec(text)?.groups ?? {};
  if (signature === undefined || path === undefined) return undefined;
  const group = { signature, index: Number(index), size: Number(size), path };
  // A number has many texts, and so has base64; and a text that was changed is not what was signed.
  const isAsWritten = textOf(group) === text && Buffer.from(path, 'base64').toString('base64') === path;
  return isAsWritten ? group : undefined;
}

function textOf({ signature, index, size, path }: GroupSignature): string {
  return `${signature}.${index}.${size}.${path}`;
}

function hashesIn(path: string): Hash[] {
  const bytes = Buffer.from(path, 'base64');
  return Array.from({ length: Math.ceil(bytes.length / hashBytes) }, (_, index) =>
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes),
  );
}
