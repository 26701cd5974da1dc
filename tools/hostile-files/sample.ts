import type { HostileFile } from './hostile-file.ts';

/** One in so many of the files that are made to exhaust something is in the sample; each of them takes seconds. */
const exhaustingShare = 8;

/** Files for a run of half a minute: all but most of those that are made to exhaust something. */
export function sampleOf(files: readonly HostileFile[]): HostileFile[] {
  const isExhausting = ({ expected }: HostileFile) => expected.some((outcome) => outcome === 'unreadable timed_out');
  const exhausting = files.filter(isExhausting);
  return files.filter((file) => !isExhausting(file) || exhausting.indexOf(file) % exhaustingShare === 0);
}
