import { HOST } from './process-environment.ts';
import { serviceNames } from './process-names.ts';
import type { AdminPassword } from './secrets.ts';
import type { StackSettings } from './settings.ts';
import type { Stack } from './stack.ts';

/** What the user sees when everything runs: where it is, and how to get in. */
export function welcome({ baseUrl, admin, stores, data }: Stack, { grpcPorts }: StackSettings): string {
  return `
Contract Reviewer is running.

  HTTP         ${baseUrl}/api
  API docs     ${baseUrl}/docs
  gRPC         ${serviceNames.map((name) => `${name} ${HOST}:${grpcPorts[name]}`).join(', ')}
  PostgreSQL   ${stores.postgres}
  Redis        ${stores.redis}
  Data, logs   ${data.path}

  Administrator  ${admin.email}
  Password       ${passwordLine(admin.password)}

Log in:

  ${loginCommand(baseUrl, admin)}

Review contracts: npm run review -- FILE...
Stop: Ctrl-C
`;
}

function passwordLine({ value, file, isNew }: AdminPassword): string {
  if (file === undefined) return 'as set by ADMIN_PASSWORD';
  return isNew ? `${value}   (shown this once; kept in ${file})` : `in ${file}`;
}

/** Takes the password from where it is kept, so that it does not end up in the shell's history. */
function loginCommand(baseUrl: string, { email, password }: Stack['admin']): string {
  const source = password.file === undefined ? '$ADMIN_PASSWORD' : `$(cat '${password.file}')`;
  const body = `{\\"email\\":\\"${email}\\",\\"password\\":\\"${source}\\"}`;
  return `curl -s ${baseUrl}/api/login -H 'content-type: application/json' -d "${body}"`;
}
