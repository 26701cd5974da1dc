import { PgInvalidationLog } from '@contract-reviewer/platform/cache/invalidation-log';

const check = PgInvalidationLog.prototype.check;

PgInvalidationLog.prototype.check = async function checkWithoutMarks(this: PgInvalidationLog) {
  return { ...(await check.call(this)), undelivered: false };
};
