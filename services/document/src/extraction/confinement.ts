import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** Code, and nothing beside it: the data directory may be inside the repository too. */
const readable = ['node_modules/*', 'platform/*', 'proto/*', 'services/document/*', 'package.json'];

/**
 * Options of Node that keep a program from the network, from starting anything, from writing files, and from reading
 * any but the code. See https://nodejs.org/api/permissions.html.
 */
export const confined: readonly string[] = [
  '--permission',
  ...readable.map((path) => `--allow-fs-read=${repository}${path}`),
];
