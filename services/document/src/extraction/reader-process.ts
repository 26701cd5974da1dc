import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { watch } from '@contract-reviewer/platform/embedded/watchdog';
import { confined } from './confinement.ts';
import type { ReadResult } from './document-reader.ts';
import type { ExtractionLimits, ReadingLimits } from './extraction-limits.ts';
import type { StoredFile } from './extractor.ts';
import { type ProcessUsage, usageOf } from './process-usage.ts';
import { documentPipe, type ReaderMessage, type ReadRequest } from './reader-messages.ts';
import { type ExceededBound, ReadingWatch } from './reading-watch.ts';

/** How a reading ended: with a result, or with the process. */
export type ReadingEnd =
  | { kind: 'result'; result: ReadResult }
  | { kind: 'exceeded'; bound: ExceededBound }
  | { kind: 'died' };

const program = fileURLToPath(new URL('./reader-main.ts', import.meta.url));

/**
 * A process that reads documents, one at a time. Parsers of foreign files get no settings and secrets, cannot connect
 * to anything, and can neither write files nor read any but the code; documents come through a pipe.
 */
export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #documents: Writable;
  readonly #exited: Promise<void>;
  readonly #ready: Promise<ProcessUsage | undefined>;

  /** @param memoryMb the limit of a document's memory, from which that of the heap follows */
  constructor({ memoryMb }: Pick<ExtractionLimits, 'memoryMb'>) {
    this.#child = fork(program, {
      env: {},
      execArgv: [
        ...confined,
        // Garbage is collected early, so that memory is a sign of need.
        `--max-old-space-size=${memoryMb}`,
        '--max-semi-space-size=4',
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
      // In a session of its own: a Ctrl-C in the terminal must not look like a document that killed its reader.
      detached: true,
    });
    this.#documents = this.#child.stdio[documentPipe] as Writable;
    // A process that ends in the middle of a document is noticed by its end.
    this.#documents.on('error', () => undefined);
    this.#exited = this.#untilExit();
    this.#ready = this.#untilReady();
    // Whoever reads hears of it.
    this.#ready.catch(() => undefined);
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Reads a document. The process is gone if the end is not a result.
   *
   * @throws when the file cannot be read, or the process does not start
   */
  async read(file: StoredFile, limits: ExtractionLimits): Promise<ReadingEnd> {
    const atRest = await this.#ready;
    await using handle = await open(file.path);
    const { size } = await handle.stat();
    const ended = Promise.withResolvers<ReadingEnd>();
    using watching = new ReadingWatch({
      pid: this.#child.pid as number,
      atRest,
      limits,
      onExceeded: (bound) => {
        this.#child.kill('SIGKILL');
        ended.resolve({ kind: 'exceeded', bound });
      },
    });
    const listen = (message: ReaderMessage) => {
      if (message.kind === 'progress') watching.progress(message.chars);
      if (message.kind === 'result') ended.resolve(message);
    };
    this.#child.on('message', listen);
    try {
      this.#request(file, size, limits);
      const died = this.#exited.then(() => this.#death());
      return await Promise.race([ended.promise, this.#send(handle).then(() => died)]);
    } finally {
      this.#child.off('message', listen);
    }
  }

  #death(): ReadingEnd {
    // V8 aborts when its heap is full.
    return this.#child.signalCode === 'SIGABRT' ? { kind: 'exceeded', bound: 'out_of_memory' } : { kind: 'died' };
  }

  /** It kept so much of what it read that the next document would have too little memory. */
  async isWorn({ memoryMb }: Pick<ExtractionLimits, 'memoryMb'>): Promise<boolean> {
    const atRest = await this.#ready;
    const now = usageOf(this.#child.pid as number);
    return (now?.residentBytes ?? 0) - (atRest?.residentBytes ?? 0) > (memoryMb / 2) * 1024 * 1024;
  }

  /** Ends the process, whatever it does; resolves when it has ended. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #request({ contentType }: StoredFile, sizeBytes: number, { text, archive }: ReadingLimits): void {
    const request: ReadRequest = { contentType, sizeBytes, limits: { text, archive } };
    this.#child.send(request);
  }

  /** @throws when the file cannot be read */
  async #send(file: FileHandle): Promise<void> {
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      if (!this.isRunning) return;
      if (!this.#documents.write(chunk)) await Promise.race([once(this.#documents, 'drain'), this.#exited]);
    }
  }

  async #untilExit(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    const failed = new Promise((resolve) => this.#child.once('error', resolve));
    const { pid } = this.#child;
    if (pid === undefined) {
      await failed;
      return;
    }
    giveWay(pid);
    // A parser in an endless loop does not notice that nobody waits for it any more.
    const watchdog = watch(pid, { signal: 'SIGKILL', graceSeconds: 0 });
    await exited;
    await watchdog.standDown();
  }

  async #untilReady(): Promise<ProcessUsage | undefined> {
    const died = this.#exited.then(() => {
      throw new Error('the process that reads documents does not start');
    });
    await Promise.race([once(this.#child, 'message'), died]);
    return usageOf(this.#child.pid as number);
  }
}

/** Hours of reading must not delay the requests that the same cores serve. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // It has ended already, which is noticed elsewhere.
    if ((error as NodeJS.ErrnoException & { info?: { code?: string } }).info?.code !== 'ESRCH') throw error;
  }
}
