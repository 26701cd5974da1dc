import { openDataDirectory } from '../../stack/data-directory.ts';

/** A process that takes the data directory in its argument, says so, and keeps it until it is killed. */
const [path = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const data = await openDataDirectory(path, { report: () => undefined, signal });
process.stdout.write(`${data.path}\n`);
setInterval(() => undefined, 60_000);
