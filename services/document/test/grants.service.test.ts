import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceStack, startDocumentService, upload } from './service-stack.ts';

let service: ServiceStack;
let owner: { userId: string; authorization: string };
let grantee: { userId: string; authorization: string };

beforeAll(async () => {
  service = await startDocumentService();
  [owner, grantee] = await Promise.all([service.sessions.newUser(), service.sessions.newUser()]);
});
afterAll(() => service[Symbol.asyncDispose]());

/** More than fits into the buffers between a server and a client that does not read. */
const large = Buffer.alloc(8_000_000, 'All of it is one clause. ');

async function shareWithGrantee(content: Buffer | string, permissions: string[]): Promise<string> {
  const { documentId } = await upload(service.client, content, owner);
  await service.client.setGrant({ documentId, userId: grantee.userId, permissions }, owner);
  return documentId;
}

describe('a download that is under way', () => {
  it.each([
    ['the grant is removed', (request: object) => service.client.removeGrant(request as never, owner)],
    ['the document is deleted', (request: object) => service.client.deleteDocument(request as never, owner)],
  ])('ends within a second after %s', async (_what, take) => {
    const documentId = await shareWithGrantee(large, ['read']);
    const download = service.client.downloadDocument({ documentId }, grantee)[Symbol.asyncIterator]();
    expect(await download.next()).toMatchObject({ value: { part: { $case: 'header' } } });
    await take({ documentId, userId: grantee.userId });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // What had been sent by then is still read; the rest never comes.
    const readRest = async () => {
      for (let bytes = 0; ; ) {
        const { done, value } = await download.next();
        if (done) return bytes;
        bytes += value.part?.$case === 'chunk' ? value.part.value.length : 0;
      }
    };
    // Whoever does not read is cut off, and so does not hear why.
    await expect(readRest()).rejects.toMatchObject({ code: expect.toBeOneOf(['NOT_FOUND', 'CANCELLED']) });
  });
});

describe('who calls the service itself', () => {
  it('is granted what they were granted, and is refused with the reasons of the service', async () => {
    const documentId = await shareWithGrantee('A lease.', ['read', 'analyze']);
    const check = (permission: string) => service.client.checkDocumentAccess({ documentId, permission }, grantee);
    await expect(check('analyze')).resolves.toMatchObject({ status: expect.any(String) });
    await expect(check('write')).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      metadata: { permission: 'write' },
    });
    const sharing = service.client.setGrant({ documentId, userId: owner.userId, permissions: ['read'] }, grantee);
    await expect(sharing).rejects.toMatchObject({ code: 'PERMISSION_DENIED', metadata: { permission: 'share' } });
    const asService = service.client.listGrants({ documentId }, { authorization: service.analysis });
    await expect(asService).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'USER_REQUIRED' });
  });

  it('has what it refused recorded', async () => {
    const documentId = await shareWithGrantee('Another lease.', ['read']);
    await expect(service.client.removeGrant({ documentId, userId: owner.userId }, grantee)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    const filter = { limit: 10, offset: 0, type: 'access_denied', documentId };
    const denied = () => service.sessions.client.listAuditEvents(filter, { authorization: service.sessions.admin });
    await expect
      .poll(async () => (await denied()).events, { timeout: 10_000 })
      .toMatchObject([
        { userId: grantee.userId, outcome: 'denied', details: { method: 'RemoveGrant', reason: 'PERMISSION_DENIED' } },
      ]);
  });
});
