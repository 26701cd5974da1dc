import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cuadCategories } from '../src/engine/builtin/clauses/categories.ts';

/** A range of a contract in code points. */
export type LabelledSpan = readonly [start: number, end: number];

export interface LabelledContract {
  file: string;
  title: string;
  text: string;
  /** What annotators marked, per category in the order of `cuadCategories`; undefined for an absent one. */
  spans: (readonly LabelledSpan[] | undefined)[];
}

/** The dataset is not where it should be, or not in the form that is documented in docs/model-card.md. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

const labelsSchema = z.array(
  z.object({
    file: z.string(),
    title: z.string(),
    labels: z.partialRecord(
      z.enum(cuadCategories),
      z.object({ spans: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])) }),
    ),
  }),
);

/**
 * Reads a folder with `labels.json` and `contracts/`.
 *
 * @throws {DatasetError}
 */
export function readDataset(folder: string): LabelledContract[] {
  try {
    const labelled = labelsSchema.parse(JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')));
    return labelled.map(({ file, title, labels }) => ({
      file,
      title,
      text: readFileSync(join(folder, 'contracts', file), 'utf8'),
      spans: cuadCategories.map((category) => labels[category]?.spans),
    }));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new DatasetError(`${folder} is not a labelled dataset: ${reason}`, { cause: error });
  }
}
