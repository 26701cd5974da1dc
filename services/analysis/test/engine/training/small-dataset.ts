import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cuadCategories } from '../../../src/engine/builtin/clauses/categories.ts';
import { clauseExamples } from '../clause-examples.ts';
import { contract } from '../contracts.ts';

const contracts = 15;

/** Writes a folder in the form of the dataset with contracts of our own, each with a few labelled clauses. */
export function writeSmallDataset(folder: string): void {
  mkdirSync(join(folder, 'contracts'), { recursive: true });
  const known = clauseExamples.filter(({ topic }) => (cuadCategories as readonly string[]).includes(topic));
  const labelled = Array.from({ length: contracts }, (_, index) => {
    const file = `${String(index).padStart(3, '0')}.txt`;
    const chosen = known.filter((_, at) => (at + index) % 3 === 0);
    const text = contract({ with: chosen.map(({ clauses }) => clauses[index % clauses.length] ?? '') });
    const labels = Object.fromEntries(
      chosen.map(({ topic, clauses }) => {
        const clause = clauses[index % clauses.length] ?? '';
        const start = text.indexOf(clause);
        return [topic, { answer: 'Yes', spans: [[start, start + clause.length]] }];
      }),
    );
    writeFileSync(join(folder, 'contracts', file), text);
    return { file, title: `Company${index}_2024_Agreement`, labels };
  });
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(labelled));
}
