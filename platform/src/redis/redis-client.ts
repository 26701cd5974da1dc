import { Redis } from 'ioredis';
import { traceCommand } from '../telemetry/redis-spans.ts';

/** A connection that sends the commands of one turn as one write, and records each as a span of what it is sent for. */
export class RedisClient extends Redis {
  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    this.#holdWrites();
    const answer = super.sendCommand(...sent);
    traceCommand(sent[0]);
    return answer;
  }

  /** Until those who are running now have sent what they have to send: a write costs more than all else of a command. */
  #holdWrites(): void {
    const { stream } = this;
    if (!stream || stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
}
