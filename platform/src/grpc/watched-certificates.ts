import type { experimental } from '@grpc/grpc-js';
import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';
import { readTlsIdentity, type TlsFiles, type TlsIdentity } from './tls-files.ts';

/**
 * Certificates that are renewed on disk and taken up without a restart: new connections have the new ones, and
 * `maxConnectionAgeMs` of the server is how long old connections last. Files that cannot be used, such as a certificate
 * whose key is still to be written, change nothing.
 *
 * Not grpc-js's own FileWatcherCertificateProvider, which hands on whatever is there, and so refuses every connection
 * while the files do not fit each other.
 */
export class WatchedCertificates implements experimental.CertificateProvider {
  readonly #files: TlsFiles;
  readonly #refreshMs: number;
  readonly #logger: Logger;
  readonly #caListeners = new Set<experimental.CaCertificateUpdateListener>();
  readonly #identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  #current: TlsIdentity;
  #timer: NodeJS.Timeout | undefined;

  /** @throws {ConfigError} if the files cannot be used */
  constructor(files: TlsFiles, logger: Logger, refreshMs = 60_000) {
    this.#files = files;
    this.#logger = logger;
    this.#refreshMs = refreshMs;
    this.#current = readTlsIdentity(files);
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#caListeners.add(listener);
    // Later, because gRPC takes an update for one only once the listener has been added.
    process.nextTick(listener, this.#current);
    this.#watch();
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#caListeners.delete(listener);
    this.#unwatch();
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#identityListeners.add(listener);
    process.nextTick(listener, this.#current);
    this.#watch();
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#identityListeners.delete(listener);
    this.#unwatch();
  }

  /** Nobody has to dispose of it: gRPC takes its listeners away when a connection or a server ends. */
  #watch(): void {
    this.#timer ??= setInterval(() => this.#refresh(), this.#refreshMs).unref();
  }

  #unwatch(): void {
    if (this.#caListeners.size + this.#identityListeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #refresh(): void {
    const renewed = this.#read();
    if (!renewed || isSame(renewed, this.#current)) return;
    this.#current = renewed;
    this.#logger.info({ expires_at: renewed.expiresAt }, 'took up renewed certificates');
    for (const listener of this.#caListeners) listener(renewed);
    for (const listener of this.#identityListeners) listener(renewed);
  }

  #read(): TlsIdentity | undefined {
    try {
      return readTlsIdentity(this.#files);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#logger.warn({ err: error, expires_at: this.#current.expiresAt }, 'keeps the certificates that it has');
      return undefined;
    }
  }
}

function isSame(one: TlsIdentity, other: TlsIdentity): boolean {
  return (['certificate', 'privateKey', 'caCertificate'] as const).every((part) => one[part].equals(other[part]));
}
