-- To be run once on a database that was put back as it was at some time, before any service uses it.

-- Which sessions and credentials were ended since then is not known, so all are.
DELETE FROM session.sessions;

-- A Redis that was used since then holds entries of a future that did not happen. They carry an epoch, and one that is
-- higher than any that can have been in use turns all of them into misses. It rises with each restart of Redis, so it stays
-- below the number of seconds since 1970.
UPDATE document.cache_epoch
   SET epoch = greatest(epoch, extract(epoch FROM clock_timestamp())::bigint) + 1, run_id = NULL, in_force = false;
UPDATE analysis.cache_epoch
   SET epoch = greatest(epoch, extract(epoch FROM clock_timestamp())::bigint) + 1, run_id = NULL, in_force = false;
UPDATE session.cache_epoch
   SET epoch = greatest(epoch, extract(epoch FROM clock_timestamp())::bigint) + 1, run_id = NULL, in_force = false;
