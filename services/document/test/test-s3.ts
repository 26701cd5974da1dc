import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { S3Settings } from '../src/blobs/s3-blob-store.ts';

/** A server that speaks as much of S3's REST protocol as a blob store needs, and refuses what is not signed or not whole. */
export interface TestS3 extends AsyncDisposable {
  readonly settings: S3Settings;
  /** What is in the bucket, by key. */
  readonly objects: Map<string, Buffer>;
  /** The next requests of that method are answered so. */
  fail(method: string, status: number, times: number): void;
  /** Requests by method. */
  readonly requests: Record<string, number>;
}

const pageSize = 2;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export async function startS3(): Promise<TestS3> {
  const objects = new Map<string, Buffer>();
  const requests: Record<string, number> = {};
  const failures = new Map<string, { status: number; times: number }>();
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'not-a-secret-of-anyone' };
  const bucket = 'contracts';
  const region = 'eu-test-1';

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? '';
    requests[method] = (requests[method] ?? 0) + 1;
    const body = await buffer(request);
    const failure = failures.get(method);
    if (failure && failure.times > 0) {
      failure.times -= 1;
      return refuse(response, failure.status, 'SlowDown');
    }
    const problem = signatureProblem(request, body, credentials.secretAccessKey, region);
    if (problem) return refuse(response, 403, problem);

    const url = new URL(request.url ?? '', 'http://s3.test');
    const [, name, ...path] = url.pathname.split('/');
    if (name !== bucket) return refuse(response, 404, 'NoSuchBucket');
    const key = decodeURIComponent(path.join('/'));
    switch (method) {
      case 'HEAD':
        return void response.end();
      case 'PUT':
        if (request.headers['x-amz-checksum-sha256'] !== createHash('sha256').update(body).digest('base64')) {
          return refuse(response, 400, 'BadDigest');
        }
        objects.set(key, body);
        return void response.end();
      case 'DELETE':
        objects.delete(key);
        return void response.writeHead(204).end();
      case 'GET': {
        if (key === '') return list(response, objects, url.searchParams);
        const object = objects.get(key);
        return object ? void response.end(object) : refuse(response, 404, 'NoSuchKey');
      }
      default:
        return refuse(response, 405, 'MethodNotAllowed');
    }
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, 500, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    settings: { bucket, region, endpoint, ...credentials },
    objects,
    requests,
    fail: (method, status, times) => void failures.set(method, { status, times }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function list(response: ServerResponse, objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): void {
  const after = query.get('continuation-token') ?? '';
  const rest = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after).toSorted();
  const page = rest.slice(0, pageSize);
  const next = rest.length > pageSize ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${next}${contents}</ListBucketResult>`,
  );
}

/**
 * Checks a request as S3 does; undefined if it is signed by who has the key, and the body is the one that was signed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function signatureProblem(request: IncomingMessage, body: Buffer, secret: string, region: string): string | undefined {
  const authorization = request.headers.authorization ?? '';
  const parts =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!parts) return 'AccessDenied';
  const [, day = '', signedRegion, signedHeaders = '', signature = ''] = parts;
  if (signedRegion !== region) return 'AuthorizationHeaderMalformed';
  const payload = request.headers['x-amz-content-sha256']?.toString() ?? '';
  if (/^[0-9a-f]{64}$/.test(payload) && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const url = new URL(request.url ?? '', 'http://s3.test');
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted();
  const canonical = [
    request.method,
    url.pathname,
    query.join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${request.headers[name]?.toString().trim()}`),
    '',
    signedHeaders,
    payload,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const expected = hmac(key, toSign);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? undefined : 'SignatureDoesNotMatch';
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
