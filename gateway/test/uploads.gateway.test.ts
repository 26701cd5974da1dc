import { readdir } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWith, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const maxUploadBytes = 256 * 1024;
/** What happens once an answer is out happens soon, but not at once. */
const soon = { timeout: 10_000 };
const boundary = 'the-boundary';
const formType = `multipart/form-data; boundary=${boundary}`;

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let gateway: GatewayStack;
let inject: GatewayStack['server']['inject'];
let headers: { authorization: string };
let baseUrl: string;
beforeAll(async () => {
  gateway = stack.use(await startGateway({ maxUploadBytes }));
  inject = gateway.server.inject.bind(gateway.server);
  headers = await gateway.loginAsNewUser();
  baseUrl = await gateway.listen();
});

const filePart = (content: string, filename = 'a.txt') =>
  `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\n\r\n${content}\r\n`;
const fieldPart = (name: string, value: string, type = '') =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n${type}\r\n${value}\r\n`;
const end = `--${boundary}--\r\n`;

const sendForm = (payload: string | Buffer, type = formType) =>
  inject({ method: 'POST', url: '/api/upload', headers: { ...headers, 'content-type': type }, payload });

/** Where a file is while it is taken in, and where it ends up. */
async function storedFiles(): Promise<string[]> {
  const entries = await readdir(gateway.services.blobDirectory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function countDocuments(): Promise<number> {
  return (await inject({ url: '/api/documents', headers })).json().total_count;
}

describe('a form', () => {
  it('may have the metadata as text or as JSON', async () => {
    for (const type of ['', 'content-type: application/json\r\n']) {
      const response = await sendForm(fieldPart('metadata', '{"aB": 1}', type) + filePart('text') + end);
      expect([response.statusCode, response.json().metadata]).toEqual([201, { aB: 1 }]);
    }
  });

  it('may have a file of exactly the limit', async () => {
    const response = await sendForm(filePart('x'.repeat(maxUploadBytes)) + end);
    expect([response.statusCode, response.json().size_bytes]).toEqual([201, maxUploadBytes]);
  });

  const cutOff = filePart('some text').slice(0, -20);
  it.each([
    ['no form at all', '{}', 'application/json', 415, 'UNSUPPORTED_MEDIA_TYPE', 'multipart'],
    ['a form without a boundary', 'x', 'multipart/form-data', 400, 'INVALID_FORM', 'well-formed'],
    ['an empty form', end, formType, 400, 'INVALID_FORM', '"file"'],
    ['an empty body', '', formType, 400, 'INVALID_FORM', ''],
    ['a form that is cut off', cutOff, formType, 400, 'INVALID_FORM', 'well-formed'],
    ['a form whose end is missing', filePart('some text'), formType, 400, 'INVALID_FORM', 'well-formed'],
    ['a form without a file', fieldPart('metadata', '{}') + end, formType, 400, 'INVALID_FORM', '"file"'],
    ['text instead of a file', fieldPart('file', 'text') + end, formType, 400, 'INVALID_FORM', 'filename'],
    ['two files', filePart('one') + filePart('two') + end, formType, 400, 'INVALID_FORM', 'one too many'],
    ['an unknown part', fieldPart('title', 'x') + filePart('x') + end, formType, 400, 'INVALID_FORM', '"title"'],
    [
      'an unknown part at the end',
      filePart('x') + fieldPart('title', 'x') + end,
      formType,
      400,
      'INVALID_FORM',
      '"title"',
    ],
    [
      'metadata after the file',
      filePart('x') + fieldPart('metadata', '{}') + end,
      formType,
      400,
      'INVALID_FORM',
      'before',
    ],
    [
      'metadata twice',
      fieldPart('metadata', '{}').repeat(2) + filePart('x') + end,
      formType,
      400,
      'INVALID_FORM',
      'many',
    ],
    [
      'metadata that is no JSON',
      fieldPart('metadata', '{') + filePart('x') + end,
      formType,
      400,
      'MALFORMED_JSON',
      'JSON',
    ],
    [
      'metadata that is no object',
      fieldPart('metadata', '[]') + filePart('x') + end,
      formType,
      400,
      'INVALID_FORM',
      'object',
    ],
    [
      'metadata that is no JSON though it says so',
      fieldPart('metadata', '{', 'content-type: application/json\r\n') + filePart('x') + end,
      formType,
      400,
      'INVALID_FORM',
      '',
    ],
    [
      'metadata beyond any measure',
      fieldPart('metadata', `{"a": "${'x'.repeat(70_000)}"}`) + filePart('x') + end,
      formType,
      400,
      'INVALID_FORM',
      'larger',
    ],
    [
      'metadata that is too large',
      fieldPart('metadata', `{"a": "${'x'.repeat(20_000)}"}`) + filePart('x') + end,
      formType,
      400,
      'INVALID_REQUEST',
      'metadata',
    ],
    ['an empty file', filePart('') + end, formType, 400, 'EMPTY_FILE', 'empty'],
    [
      'a program that is named as a PDF',
      filePart('MZ\u0090\0'.repeat(99), 'a.pdf') + end,
      formType,
      415,
      'UNSUPPORTED_FILE_TYPE',
      '',
    ],
    [
      'a file beyond the limit',
      filePart('x'.repeat(maxUploadBytes + 1)) + end,
      formType,
      413,
      'FILE_TOO_LARGE',
      '0.25 MiB',
    ],
  ])(
    'is refused if it is %s, with what to do, and leaves nothing behind',
    async (_what, payload, type, status, reason, hint) => {
      const before = [await countDocuments(), await storedFiles()];
      const response = await sendForm(payload, type);
      expect(problemIn(response)).toMatchObject({
        contentType: expect.stringMatching(/^application\/problem\+json/),
        status,
        reason,
        detail: expect.stringContaining(hint),
      });
      await expect.poll(async () => [await countDocuments(), await storedFiles()], soon).toEqual(before);
    },
  );

  it('is refused without a token, and with one that has ended', async () => {
    const payload = formWith('text');
    expect((await inject({ method: 'POST', url: '/api/upload', payload })).statusCode).toBe(401);
    const ended = { authorization: 'Bearer ended.token' };
    const response = await inject({ method: 'POST', url: '/api/upload', headers: ended, payload: formWith('text') });
    expect(problemIn(response)).toMatchObject({ status: 401, reason: 'INVALID_SESSION' });
  });
});

describe('over a connection', () => {
  function open(extra: Record<string, string | number> = {}): {
    upload: ClientRequest;
    answer: Promise<IncomingMessage>;
  } {
    const upload = httpRequest(`${baseUrl}/api/upload`, {
      method: 'POST',
      headers: { ...headers, 'content-type': formType, ...extra },
    });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      upload.once('response', resolve);
      upload.once('error', reject);
    });
    return { upload, answer };
  }

  it('a file that is larger than it should be is refused while it is sent, to any client', async () => {
    const chunks = function* () {
      yield filePart('').slice(0, -2);
      for (let sent = 0; sent < 51 * 1024 * 1024; sent += 65_536) yield 'x'.repeat(65_536);
      yield `\r\n${end}`;
    };
    const response = await fetch(`${baseUrl}/api/upload`, {
      method: 'POST',
      headers: { ...headers, 'content-type': formType },
      body: Readable.toWeb(Readable.from(chunks())) as ReadableStream<Uint8Array>,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      reason: 'FILE_TOO_LARGE',
      detail: expect.stringContaining('0.25 MiB'),
    });
    await expect.poll(async () => (await storedFiles()).filter((name) => name.length !== 64), soon).toEqual([]);
  });

  it('a form that says itself that it is too large is refused before it is sent', async () => {
    const { upload, answer } = open({ 'content-length': 60 * 1024 * 1024 });
    upload.flushHeaders();
    const response = await answer;
    expect(response.statusCode).toBe(413);
    upload.destroy();
  });

  it('a client that leaves in the middle leaves nothing behind', async () => {
    const before = [await countDocuments(), await storedFiles()];
    const { upload, answer } = open();
    answer.catch(() => undefined);
    upload.write(filePart('').slice(0, -2) + 'x'.repeat(100_000));
    await expect.poll(async () => (await storedFiles()).length, soon).toBe((before[1] as string[]).length + 1);
    upload.destroy();
    await expect.poll(async () => [await countDocuments(), await storedFiles()], soon).toEqual(before);
    await expect
      .poll(() => gateway.services.log.filter(({ method }) => String(method).endsWith('/UploadDocument')).at(-1), soon)
      .toMatchObject({ code: 'CANCELLED' });
    await expect
      .poll(() => gateway.log.filter(({ path }) => path === '/api/upload').at(-1), soon)
      .toMatchObject({ status: 499 });
  });

  it('nothing is half-stored when the document service goes away meanwhile', async () => {
    const { upload, answer } = open();
    upload.write(filePart('').slice(0, -2) + 'x'.repeat(100_000));
    await sleep(200);
    const stopped = gateway.services.stop('document');
    upload.end(`\r\n${end}`);
    const response = await answer;
    // It finishes what it has begun, or says that it cannot.
    expect([201, 503]).toContain(response.statusCode);
    await stopped;
    const after = await inject({ url: '/api/documents', headers });
    expect(problemIn(after)).toMatchObject({ status: 503, reason: 'DEPENDENCY_UNAVAILABLE' });
  });
});
