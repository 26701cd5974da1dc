import { canonicalJson } from '../json/canonical-json.ts';
import type { AuditKey, AuditSigner, TrustedKeys } from './audit-keys.ts';

/** What a log was at a moment: whoever keeps it elsewhere can prove later that nothing of it was changed. */
export interface AuditHead {
  /** A UUID that is this log's alone. */
  logId: string;
  /** How many entries there were. */
  size: number;
  /** Root of the Merkle tree over them, in hexadecimal. */
  rootHash: string;
  /** As `auditTime` writes it. */
  signedAt: string;
  keyId: string;
  /** Ed25519 over the other fields, in base64. */
  signature: string;
}

/** A head with what it takes to check a log against it: the file that people keep. */
export interface HeadFile {
  head: AuditHead;
  /** The log's keys when the head was taken. Who keeps the file trusts them. */
  keys: readonly AuditKey[];
  /** Heads before it, oldest first; they narrow down where a log that was replaced begins to differ. */
  earlierHeads: readonly AuditHead[];
}

export type UnsignedHead = Omit<AuditHead, 'keyId' | 'signature'>;

export async function signHead(head: UnsignedHead, signer: AuditSigner): Promise<AuditHead> {
  const { keyId } = signer;
  return { ...head, keyId, signature: await signer.sign(headStatement({ ...head, keyId })) };
}

export function isHeadSigned(head: AuditHead, keys: TrustedKeys): boolean {
  return keys.isSigned(head.keyId, headStatement(head), head.signature);
}

function headStatement({ keyId, logId, rootHash, signedAt, size }: Omit<AuditHead, 'signature'>): Buffer {
  const fields = { key_id: keyId, log_id: logId, root_hash: rootHash, signed_at: signedAt, size };
  return Buffer.from(`contract-reviewer audit head v1\n${canonicalJson(fields)}`);
}
