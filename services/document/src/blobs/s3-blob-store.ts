import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Logger } from '@contract-reviewer/platform/log';
import { BlobMissingError, type BlobStore, type IncomingBlob } from './blob-store.ts';
import { IncomingFiles } from './incoming-files.ts';

export interface S3Settings {
  bucket: string;
  region: string;
  /** Of a server that is not Amazon's; its buckets are then named in the path. */
  endpoint?: URL;
  accessKeyId: string;
  secretAccessKey: string;
}

const prefix = 'sha256/';
const keyShape = /^sha256\/([0-9a-f]{64})$/;
const chunkBytes = 64 * 1024;
const connectionTimeoutMs = 3000;
/** Of a connection on which nothing comes or goes. */
const socketTimeoutMs = 15_000;
const attempts = 3;
const retryDelayMs = 200;

/**
 * Files in a bucket of an S3-compatible server, at `sha256/<digest>`, so that processes on any machine share them. A local
 * directory holds what is on its way in or out.
 *
 * The server checks each upload against its digest (`x-amz-checksum-sha256`), and a PUT takes effect whole or not at all.
 */
export class S3BlobStore implements BlobStore, Disposable {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #local: IncomingFiles;

  /** @param localDirectory for this process alone, or for several on one machine */
  constructor(settings: S3Settings, localDirectory: string, logger: Logger) {
    const { bucket, region, endpoint, accessKeyId, secretAccessKey } = settings;
    this.#bucket = bucket;
    this.#local = new IncomingFiles(localDirectory);
    this.#client = new S3Client({
      region,
      // Given, so that the SDK looks for none at metadata addresses.
      credentials: { accessKeyId, secretAccessKey },
      ...(endpoint && { endpoint: endpoint.href, forcePathStyle: true }),
      maxAttempts: attempts,
      logger: sdkLogger(logger),
      requestHandler: { connectionTimeout: connectionTimeoutMs, socketTimeout: socketTimeoutMs },
    });
  }

  /** @throws when the directory or the bucket cannot be used */
  async prepare(): Promise<void> {
    await this.#local.prepare();
    await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
  }

  async receive(chunks: AsyncIterable<Uint8Array>): Promise<IncomingBlob> {
    const file = await this.#local.receive(chunks);
    return { ...file, place: () => this.#place(file.path, file) };
  }

  async *read(sha256: string): AsyncIterable<Buffer> {
    for await (const part of await this.#open(sha256)) {
      const bytes = part as Buffer;
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    }
  }

  async useFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T> {
    const path = this.#local.newPath();
    try {
      await pipeline(await this.#open(sha256), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      return await use(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  async remove(sha256: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256) }));
  }

  async *addresses(): AsyncIterable<string> {
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
      );
      for (const { Key = '' } of page.Contents ?? []) {
        // What others put into the bucket is not ours to judge.
        const sha256 = keyShape.exec(Key)?.[1];
        if (sha256 !== undefined) yield sha256;
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  dropAbandoned(before: Date): Promise<number> {
    return this.#local.dropAbandoned(before);
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  async #place(path: string, blob: Pick<IncomingBlob, 'sha256' | 'sizeBytes'>): Promise<void> {
    // The SDK repeats no request whose body it has read, so each attempt reads the file anew.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#put(path, blob);
      } catch (error) {
        if (attempt === attempts || !isTransient(error)) throw error;
        await sleep(retryDelayMs * attempt);
      }
    }
  }

  async #put(path: string, { sha256, sizeBytes }: Pick<IncomingBlob, 'sha256' | 'sizeBytes'>): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: keyOf(sha256),
        Body: createReadStream(path),
        ContentLength: sizeBytes,
        ContentType: 'application/octet-stream',
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      }),
    );
  }

  async #open(sha256: string): Promise<Readable> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(sha256) }));
      return Body as Readable;
    } catch (error) {
      throw error instanceof NoSuchKey ? new BlobMissingError(sha256, { cause: error }) : error;
    }
  }
}

function keyOf(sha256: string): string {
  return prefix + sha256;
}

/** What the SDK says of single requests, when it is asked for; what came of them, our callers report. */
function sdkLogger(logger: Logger) {
  const log = (message: unknown) => logger.debug({ sdk: String(message) }, 'S3 client');
  return { trace: log, debug: log, info: log, warn: log, error: log };
}

/** No answer at all, or one that says to come again. */
function isTransient(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  return status === 0 || status === 429 || status >= 500;
}
