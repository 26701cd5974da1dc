import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

const tasks = Symbol('what is done when the request is over');

interface Ending {
  [tasks]?: (() => void)[];
}

/** Has something done when the request is over: answered, or broken off. In order; of all, Node has to know one listener. */
export function whenOver({ raw }: FastifyReply, task: () => void): void {
  const ending: ServerResponse & Ending = raw;
  if (ending[tasks]) {
    ending[tasks].push(task);
    return;
  }
  const all = [task];
  ending[tasks] = all;
  raw.once('close', () => {
    for (const each of all) each();
  });
}
