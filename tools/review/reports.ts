import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { UsageError } from '../gateway/gateway-access.ts';
import { ProblemError } from '../gateway/gateway-session.ts';
import type { GatewayClient } from './gateway-client.ts';

export const reportFormats = ['json', 'md', 'html', 'docx', 'ics'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What became of a report that was wanted: the file, or why there is none. */
export type WrittenReport = { format: ReportFormat; path: string } | { format: ReportFormat; refusal: string };

const conflict = 409;

/** Writes reports of reviews into a directory, each named after the file that was reviewed. */
export class ReportWriter {
  readonly #client: Pick<GatewayClient, 'report'>;
  readonly #directory: string;
  readonly #taken = new Set<string>();

  /** @param directory made when the first report is written */
  constructor(client: Pick<GatewayClient, 'report'>, directory: string) {
    this.#client = client;
    this.#directory = directory;
  }

  /**
   * Overwrites reports of an earlier run; files of the same name that are reviewed in this one are numbered.
   *
   * @throws {ProblemError} if the gateway refuses, save for a report that there cannot be
   * @throws {UsageError} if the directory cannot be written to
   */
  async write(file: string, analysisId: string, formats: readonly ReportFormat[]): Promise<WrittenReport[]> {
    if (formats.length === 0) return [];
    const stem = this.#stemFor(basename(file, extname(file)));
    const written: WrittenReport[] = [];
    for (const format of formats) {
      try {
        const content = await this.#client.report(analysisId, format);
        const path = join(this.#directory, `${stem}.review.${format}`);
        await this.#save(path, content);
        written.push({ format, path });
      } catch (error) {
        if (!(error instanceof ProblemError && error.status === conflict)) throw error;
        written.push({ format, refusal: error.message });
      }
    }
    return written;
  }

  async #save(path: string, content: Buffer): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFile(path, content);
    } catch (error) {
      throw new UsageError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
    }
  }

  #stemFor(name: string): string {
    let stem = name;
    for (let number = 2; this.#taken.has(stem); number++) stem = `${name}-${number}`;
    this.#taken.add(stem);
    return stem;
  }
}
