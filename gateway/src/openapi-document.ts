import { createLogger } from '@contract-reviewer/platform/log';
import { Drain } from './drain.ts';
import { buildServer } from './server.ts';
import { connectServices } from './services.ts';

const nowhere = 'localhost:1';

/** What the routes say of themselves, as the text of `gateway/openapi.json`. Nothing is connected to or listened on. */
export async function openApiDocument(): Promise<string> {
  const addresses = { document: nowhere, analysis: nowhere, session: nowhere };
  using services = connectServices({ addresses, serviceToken: '' });
  const logger = createLogger({ service: 'openapi', level: 'warn' });
  const server = buildServer({ services, maxUploadBytes: 1, drain: new Drain(), logger });
  await server.ready();
  const document = `${JSON.stringify(server.swagger(), null, 2)}\n`;
  await server.close();
  return document;
}
