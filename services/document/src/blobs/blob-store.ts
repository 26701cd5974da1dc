/** The original files, each at an address that is the SHA-256 of its bytes: the same file is stored once. */
export interface BlobStore {
  /** Makes ready what the others need. @throws when the store cannot be used */
  prepare(): Promise<void>;

  /**
   * Takes in a file, and makes it durable. It has no address yet: dispose of it to drop it, unless it was placed.
   *
   * @throws what `chunks` throws; nothing is left behind then
   */
  receive(chunks: AsyncIterable<Uint8Array>): Promise<IncomingBlob>;

  /**
   * The bytes from the beginning to the end, in chunks of at most 64 KiB.
   *
   * @throws {BlobMissingError} on the first read
   */
  read(sha256: string): AsyncIterable<Buffer>;

  /** Gives `use` the path of a local file with the bytes, which may be gone once `use` has ended. */
  useFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T>;

  /** Removes the file, if there is one. */
  remove(sha256: string): Promise<void>;

  /** The addresses of all files, in no order; what comes or goes meanwhile may be missing. */
  addresses(): AsyncIterable<string>;

  /** Drops files that were taken in here and, since `before`, neither grew nor were placed. @returns how many */
  dropAbandoned(before: Date): Promise<number>;
}

/** A file that was taken in whole. */
export interface IncomingBlob extends AsyncDisposable {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** A local file with the bytes, until it is placed. */
  readonly path: string;
  /** Moves it to its address, durably. To place what is there already changes nothing. */
  place(): Promise<void>;
}

/** There is no file at the address. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';

  constructor(sha256: string, options?: ErrorOptions) {
    super(`no content with the SHA-256 ${sha256}`, options);
  }
}
