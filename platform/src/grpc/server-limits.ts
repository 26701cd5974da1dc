import type { ServerOptions } from '@grpc/grpc-js';

/** What a gRPC server takes from a client. Metadata is bounded by Node: 64 KiB, 128 entries. */
export const serverLimits = {
  /** A stream of requests is read ahead by up to 16 messages, so a large one would cost its size many times over. */
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
  'grpc.max_send_message_length': 64 * 1024 * 1024,
  /** On one connection, so many that all who watch something through one gateway are among them. */
  'grpc.max_concurrent_streams': 2000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
} as const satisfies ServerOptions;

/**
 * How long a connection takes new calls; those that are running end by themselves. So renewed certificates come to count
 * for everybody, and clients come to know of servers that were added.
 */
export const maxConnectionAgeMs = 30 * 60_000;
