import { join } from 'node:path';
import { withClient } from '@contract-reviewer/platform/embedded/with-client';
import type { FileCopies } from './file-copies.ts';

/**
 * What a copy of a running cluster leaves out: what belongs to the running server alone, and what it makes anew.
 * See https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA.
 */
const emptied = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/./;
const leftOut = /^(postmaster\.(pid|opts)|backup_label(\.old)?)$|(^|\/)(pgsql_tmp[^/]*|pg_internal\.init[^/]*)(\/|$)/;
const walDirectories = /^pg_wal\/(archive_status|summaries)$/;

/**
 * Copies a running cluster: a base backup by the low-level API, with the write-ahead log that makes it whole. Whoever
 * starts a server on the copy has the database as it was when this resolved.
 *
 * @param url connects as superuser
 * @param name the directory of the copy
 */
export async function copyCluster(url: string, copies: FileCopies, name: string): Promise<void> {
  await withClient(url, async (client) => {
    // Of this connection, so that the server keeps no log for a backup that has died.
    await client.query(`SELECT pg_create_physical_replication_slot('backup_' || pg_backend_pid(), true, true)`);
    const { rows: started } = await client.query<{ directory: string; segment: string }>(
      `SELECT current_setting('data_directory') AS directory, pg_walfile_name(pg_backup_start('npm run backup', true)) AS segment`,
    );
    const { directory = '', segment: first = '' } = started[0] ?? {};
    await copies.copyAll(
      directory,
      name,
      (path) => walDirectories.test(path) || !(emptied.test(path) || leftOut.test(path)),
    );
    const { rows: stopped } = await client.query<{ segment: string; labelfile: string }>(
      'SELECT pg_walfile_name(lsn) AS segment, labelfile FROM pg_backup_stop(false)',
    );
    const { segment: last = '', labelfile = '' } = stopped[0] ?? {};
    await copies.write(join(name, 'backup_label'), labelfile);
    const { rows: segments } = await client.query<{ name: string }>(
      `SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name COLLATE "C" BETWEEN $1 AND $2`,
      [first, last],
    );
    for (const { name: segment } of segments) {
      await copies.copy(join(directory, 'pg_wal', segment), join(name, 'pg_wal', segment));
    }
  });
}
