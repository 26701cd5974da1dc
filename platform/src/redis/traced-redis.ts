import { Redis } from 'ioredis';
import { traceCommand } from '../telemetry/redis-spans.ts';

/** A connection that records its commands as spans of what they are sent for. */
export class TracedRedis extends Redis {
  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(...sent);
    traceCommand(sent[0]);
    return answer;
  }
}
