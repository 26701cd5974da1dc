import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';

/**
 * Server reflection, v1 and v1alpha, so that grpcurl and `buf curl` can list and call without the protos.
 *
 * The descriptors are those that buf compiled. Descriptors that pass through proto-loader lose the files' names, and
 * clients then fail to find the services.
 */
export function addReflection(server: Server, services: readonly string[]): void {
  const image = readFileSync(fileURLToPath(import.meta.resolve('@contract-reviewer/proto/image.binpb')));
  const fileDescriptorProtos = filesOf(image);
  // ReflectionService reads nothing of a package definition but its descriptors.
  const definition = { image: { fileDescriptorProtos } } as unknown as ConstructorParameters<
    typeof ReflectionService
  >[0];
  new ReflectionService(definition, { services: [...services] }).addToServer(server);
}

/** A compiled image is a FileDescriptorSet: field 1, repeated, holds the FileDescriptorProtos. */
function filesOf(image: Uint8Array): Buffer[] {
  const reader = new BinaryReader(image);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.LengthDelimited) files.push(Buffer.from(reader.bytes()));
    else reader.skip(wireType, field);
  }
  return files;
}
