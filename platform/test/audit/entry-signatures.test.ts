import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AuditEntry, entryLeaf, saltedPart } from '../../src/audit/audit-entry.ts';
import { AuditSigner, TrustedKeys } from '../../src/audit/audit-keys.ts';
import { isEntrySigned, signEntries } from '../../src/audit/entry-signatures.ts';

const logId = randomUUID();
const [signer] = AuditSigner.fromSeeds(randomBytes(32).toString('base64url'));
const keys = TrustedKeys.of(logId, [signer.publicKey], []);

async function signedEntries(count: number): Promise<AuditEntry[]> {
  const entries = Array.from({ length: count }, (_, sequence) => ({
    sequence,
    eventId: randomUUID(),
    type: 'document_uploaded',
    occurredAt: '2026-01-31T12:00:00.123000Z',
    service: 'document',
    outcome: 'allowed',
    actor: saltedPart({ user_id: 'somebody' }),
    content: saltedPart({ details: { number: sequence } }),
    keyId: signer.keyId,
  }));
  const signatures = await signEntries(logId, entries.map(entryLeaf), signer);
  return entries.map((entry, index) => ({ ...entry, signature: signatures[index] as string }));
}

describe.each([1, 2, 3, 16, 300])('of %i entries that are signed together', (count) => {
  it('each proves by itself that it was', async () => {
    for (const entry of await signedEntries(count)) {
      expect(isEntrySigned(entry, logId, keys)).toBe(true);
      expect(isEntrySigned({ ...entry, type: 'document_deleted' }, logId, keys)).toBe(false);
      expect(isEntrySigned({ ...entry, sequence: entry.sequence + 1 }, logId, keys)).toBe(false);
      expect(isEntrySigned(entry, randomUUID(), keys)).toBe(false);
      expect(isEntrySigned(entry, logId, TrustedKeys.of(logId, [], []))).toBe(false);
    }
  });
});

it('a text that says the same in other digits, or anything else, is not what was signed', async () => {
  const [entry] = (await signedEntries(3)) as [AuditEntry];
  const [signature = '', index, size, path = ''] = entry.signature.split('.');
  const others = [
    [signature, `0${index}`, size, path],
    [signature, `-${index}`, size, path],
    [signature, `${index}.0`, size, path],
    [signature, index, `${size}e0`, path],
    [signature, index, '4', path],
    [signature, '1', size, path],
    [signature, index, size, path.replace(/=*$/, '')],
    [signature, index, size, `${path} `],
    [signature, index, size, path.slice(4)],
    [signature, index, size, ''],
    [signature, index, size],
    [signature.replace(/=*$/, ''), index, size, path],
    [signature],
    ['', '', '', ''],
  ].map((parts) => parts.join('.'));
  expect(isEntrySigned(entry, logId, keys)).toBe(true);
  for (const other of others) expect(isEntrySigned({ ...entry, signature: other }, logId, keys), other).toBe(false);
});

it('what was signed alone was not signed together with others', async () => {
  const [entry] = (await signedEntries(2)) as [AuditEntry];
  const leaf = entryLeaf(entry);
  const [alone] = await signEntries(logId, [leaf], signer);
  const path = leaf.toString('base64');
  expect(isEntrySigned({ ...entry, signature: `${alone}.0.2.${path}` }, logId, keys)).toBe(false);
});
