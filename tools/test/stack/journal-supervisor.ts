import { startApplicationProcesses } from '../../stack/application-processes.ts';
import { openDataDirectory } from '../../stack/data-directory.ts';
import { processNames } from '../../stack/process-names.ts';
import { journalProcesses } from './journal-processes.ts';

/** A supervisor that lives until it is killed; its processes take half a second to stop. */
const [path = '', journal = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const report = (line: string) => console.error(line);
const data = await openDataDirectory(path, { report, signal });
const stopMs = Object.fromEntries(processNames.map((name) => [name, 500]));
await startApplicationProcesses(journalProcesses(journal, stopMs), data, report);
