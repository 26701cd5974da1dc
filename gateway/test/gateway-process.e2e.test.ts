import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiledCode } from '../../tools/stack/repository.ts';
import { type RunningServices, startServices } from './running-services.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const mebibyte = 1024 * 1024;

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

let services: RunningServices;
let gateway: GatewayProcess;
let headers: { authorization: string };
beforeAll(async () => {
  services = stack.use(await startServices());
  gateway = stack.use(await startGatewayProcess());
  headers = await gateway.login();
});

/** One for all tests, the last of which stops it. */
interface GatewayProcess extends AsyncDisposable {
  baseUrl: string;
  process: ChildProcess;
  /** Resolves with the exit code and how long the process took to end since `stop`. */
  stop(): Promise<{ code: number; ms: number }>;
  login(): Promise<{ authorization: string }>;
}

async function startGatewayProcess(): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [main], {
    env: {
      ...compiledCode,
      HTTP_PORT: '0',
      SERVICE_TOKEN: services.serviceToken,
      DOCUMENT_SERVICE_ADDRESS: services.addresses.document,
      ANALYSIS_SERVICE_ADDRESS: services.addresses.analysis,
      SESSION_SERVICE_ADDRESS: services.addresses.session,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const baseUrl = `http://127.0.0.1:${await portOf(child)}`;
  const stop = async () => {
    const startedAt = performance.now();
    child.kill('SIGTERM');
    const [code] = await exited;
    return { code, ms: performance.now() - startedAt };
  };
  return {
    baseUrl,
    process: child,
    stop,
    login: async () => {
      const response = await fetch(`${baseUrl}/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(services.admin),
      });
      const { token } = (await response.json()) as { token: string };
      return { authorization: `Bearer ${token}` };
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) await stop();
    },
  };
}

/** The port that the process says it serves at. */
function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const line = output.split('\n').find((each) => each.includes('"serving"') && each.endsWith('}'));
    if (line) resolve(JSON.parse(line).port);
  });
  child.once('exit', () => reject(new Error(`the gateway ended: ${output}`)));
  return promise;
}

/** A form with a file of that many MiB, made while it is sent. */
function largeForm(size: number, chunk: Buffer, filename: string) {
  const boundary = 'the-boundary';
  const parts = function* () {
    yield `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\n\r\n`;
    for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
    yield `\r\n--${boundary}--\r\n`;
  };
  return {
    method: 'POST',
    type: `multipart/form-data; boundary=${boundary}`,
    body: Readable.toWeb(Readable.from(parts())) as ReadableStream<Uint8Array>,
  };
}

async function upload({ type, body }: ReturnType<typeof largeForm>) {
  const init = { method: 'POST', headers: { ...headers, 'content-type': type }, body, duplex: 'half' };
  return fetch(`${gateway.baseUrl}/api/upload`, init as RequestInit);
}

describe('the gateway as a process', () => {
  it('names every setting that it lacks, and exits with 78', async () => {
    const child = spawn(process.execPath, [main], { env: { HTTP_PORT: 'x' }, stdio: ['ignore', 'ignore', 'pipe'] });
    const [complaint, [code]] = await Promise.all([
      Array.fromAsync(child.stderr.setEncoding('utf8')).then((parts) => parts.join('')),
      once(child, 'exit'),
    ]);
    expect(code).toBe(78);
    for (const name of ['HTTP_PORT', 'DOCUMENT_SERVICE_ADDRESS', 'SESSION_SERVICE_ADDRESS']) {
      expect(complaint).toContain(name);
    }
  });

  it.skipIf(!existsSync('/proc/self/status'))('passes files through without holding them in memory', async () => {
    const before = await memoryOf(gateway.process, 'VmRSS');
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(65_534, 0x90)]);
    const uploads = 4;
    const responses = await Promise.all(
      Array.from({ length: uploads }, () => upload(largeForm(45 * mebibyte, program, 'a.pdf'))),
    );
    // The type is decided when the whole file is there, so all of it has gone through.
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 415));
    const growth = (await memoryOf(gateway.process, 'VmHWM')) - before;
    expect(growth).toBeLessThan((uploads * 45 * mebibyte) / 2);
  });

  it('passes 45 MiB through, byte for byte', async () => {
    const line = Buffer.from('This Agreement is made by and between A and B.\n'.repeat(1365).padEnd(65_536, '\n'));
    const response = await upload(largeForm(45 * mebibyte, line, 'large.txt'));
    expect(response.status).toBe(201);
    const { document_id, size_bytes, sha256 } = (await response.json()) as Record<string, unknown>;
    const expected = createHash('sha256');
    for (let sent = 0; sent < 45 * mebibyte; sent += line.length) expected.update(line);
    expect([size_bytes, sha256]).toEqual([45 * mebibyte, expected.digest('hex')]);

    const content = await fetch(`${gateway.baseUrl}/api/documents/${document_id}/content`, { headers });
    const received = createHash('sha256');
    for await (const bytes of content.body as ReadableStream<Uint8Array>) received.update(bytes);
    expect(received.digest('hex')).toBe(sha256);
  });

  it('finishes what it has begun when it is stopped, takes on nothing more, and exits with 0', async () => {
    const boundary = 'the-boundary';
    const sending = httpRequest(`${gateway.baseUrl}/api/upload`, {
      method: 'POST',
      headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    sending.write(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nA text`);
    await new Promise((resolve) => setTimeout(resolve, 200));

    const stopped = gateway.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(fetch(`${gateway.baseUrl}/healthz`)).rejects.toThrow('fetch failed');
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    sending.end(`.\r\n--${boundary}--\r\n`);
    const [response] = await answered;
    expect(response.statusCode).toBe(201);
    response.resume();
    const { code, ms } = await stopped;
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5000);
  });
});

/** A figure of /proc/<pid>/status, in bytes. */
async function memoryOf({ pid }: ChildProcess, name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}
