import { writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { ProblemError } from '../gateway/gateway-session.ts';
import type { GatewayClient } from './gateway-client.ts';

export const reportFormats = ['json', 'md', 'html', 'docx', 'ics'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What became of a report that was wanted: the file, why there cannot be one, or why it could not be kept. */
export type WrittenReport = { format: ReportFormat } & ({ path: string } | { refusal: string } | { error: string });

const conflict = 409;

/** Writes reports of reviews into a directory, each named after the file that was reviewed. */
export class ReportWriter {
  readonly #client: Pick<GatewayClient, 'report'>;
  readonly #directory: string;
  readonly #taken = new Set<string>();

  /** @param directory one that there is */
  constructor(client: Pick<GatewayClient, 'report'>, directory: string) {
    this.#client = client;
    this.#directory = directory;
  }

  /**
   * Overwrites reports of an earlier run; files of the same name that are reviewed in this one are numbered.
   *
   * @throws {ProblemError} if the gateway refuses, save for a report that there cannot be
   */
  async write(file: string, analysisId: string, formats: readonly ReportFormat[]): Promise<WrittenReport[]> {
    if (formats.length === 0) return [];
    const stem = this.#stemFor(basename(file, extname(file)));
    const written: WrittenReport[] = [];
    for (const format of formats) {
      const path = join(this.#directory, `${stem}.review.${format}`);
      written.push({ format, ...(await this.#save(path, analysisId, format)) });
    }
    return written;
  }

  async #save(path: string, analysisId: string, format: ReportFormat) {
    try {
      const content = await this.#client.report(analysisId, format);
      await writeFile(path, content);
      return { path };
    } catch (error) {
      if (error instanceof ProblemError && error.status === conflict) return { refusal: error.message };
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      return { error: `${path} cannot be written (${code}).` };
    }
  }

  #stemFor(name: string): string {
    let stem = name;
    for (let number = 2; this.#taken.has(stem); number++) stem = `${name}-${number}`;
    this.#taken.add(stem);
    return stem;
  }
}
