import type { HostileFile } from './hostile-file.ts';

/** Bombs of three kinds, each ended by another bound: on memory, on processor time, and on text. */
const bombs = new Set(['pdf-flate-bomb-in-two-layers', 'pdf-forms-that-multiply', 'text-of-10-million-pages']);
/** The others that are as large, or are ended after seconds. */
const isHeavy = ({ name, expected }: HostileFile) =>
  /megabyte|million|00000|65535|gigabyte|many-entries|quoted/.test(name) || expected.includes('unreadable timed_out');
/** One in so many of each kind of what is neither. */
const lightShare = 8;

/** Files for a run of half a minute: some of the light ones, and a few of those that take seconds. */
export function sampleOf(files: readonly HostileFile[]): HostileFile[] {
  const kinds = Map.groupBy(
    files.filter((file) => !isHeavy(file)),
    ({ name }) => name.split('-')[0],
  );
  const light = new Set([...kinds.values()].flatMap((kind) => kind.filter((_, index) => index % lightShare === 0)));
  return files.filter((file) => light.has(file) || bombs.has(file.name));
}
