import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finding, fault, ok, warning } from '../finding.ts';

const subject = 'data directory';
const lowBytes = 2 * 2 ** 30;
const fullBytes = 256 * 2 ** 20;
/** The PostgreSQL that is shipped; its clusters are in directories of this name. */
const clusterName = '18';
const secretFiles = ['secrets.json', 'admin-password', 'audit-key'];

/** Where everything is kept: whether it can be written, has room, and its secrets are whole and nobody else's. */
export async function checkDataDirectory(path: string): Promise<Finding[]> {
  const place = await existing(path);
  try {
    await access(place, constants.W_OK);
    if (!(await stat(place)).isDirectory()) throw new Error('not a directory');
  } catch {
    return [
      fault(subject, `${path} cannot be written.`, 'Set DATA_DIR to a directory of your own, or change its owner.'),
    ];
  }
  const findings = [
    await checkRoom(place),
    ...(await Promise.all(secretFiles.map((name) => checkSecret(path, name)))).flat(),
  ];
  return [...findings, ...(await checkCluster(path))];
}

/** The directory itself, or the nearest one above it that is there. */
async function existing(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch {
    // Not there, or hidden below a file: what is above it decides.
    return dirname(path) === path ? path : existing(dirname(path));
  }
}

async function checkRoom(place: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const gigabytes = (free / 2 ** 30).toFixed(1);
  const remedy = 'Make room, or set DATA_DIR to a larger disk: PostgreSQL stops when it cannot write.';
  if (free < fullBytes) return fault('disk', `Only ${Math.round(free / 2 ** 20)} MB are free for ${place}.`, remedy);
  if (free < lowBytes) return warning('disk', `Only ${gigabytes} GB are free for ${place}.`, remedy);
  return ok('disk', `${gigabytes} GB are free.`);
}

async function checkSecret(directory: string, name: string): Promise<Finding[]> {
  const file = join(directory, name);
  let mode: number;
  let text: string;
  try {
    ({ mode } = await stat(file));
    text = await readFile(file, 'utf8');
  } catch (error) {
    // Made on the first start.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    return [fault(subject, `${file} cannot be read.`, 'Run this as the user that "npm start" runs as.')];
  }
  const findings: Finding[] = [];
  if ((mode & 0o077) !== 0) {
    findings.push(
      fault(subject, `Others may read ${file}.`, `Run "chmod 600 ${file}", and change what is in it if somebody did.`),
    );
  }
  if (name.endsWith('.json') && !isJson(text)) {
    findings.push(
      fault(subject, `${file} is damaged.`, 'Put it back from a backup: the database knows these secrets.'),
    );
  }
  return findings;
}

async function checkCluster(directory: string): Promise<Finding[]> {
  try {
    const version = (await readFile(join(directory, 'postgres', clusterName, 'PG_VERSION'), 'utf8')).trim();
    if (version === clusterName) return [ok(subject, `${directory}, with a database of PostgreSQL ${version}.`)];
    const message = `The database was made by PostgreSQL ${version}, and ${clusterName} is what runs.`;
    return [fault(subject, message, 'Dump it with the old version and restore it into a new data directory.')];
  } catch {
    // No cluster yet, or none that this account may look into; then its server says what is wrong with it.
    return [ok(subject, `${directory}.`)];
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
