import type { Logger } from '@contract-reviewer/platform/log';
import type { Config } from '../config.ts';
import type { BlobStore } from './blob-store.ts';
import { FileBlobStore } from './file-blob-store.ts';
import { S3BlobStore } from './s3-blob-store.ts';

/** The store that the settings name: a bucket, or a directory. */
export function openBlobStore(config: Config, logger: Logger): BlobStore & Partial<Disposable> {
  return config.s3 ? new S3BlobStore(config.s3, config.BLOB_DIR, logger) : new FileBlobStore(config.BLOB_DIR);
}
