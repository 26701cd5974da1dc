import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createFileRegistry,
  type DescMethod,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonObject,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** All messages and services, as buf compiled them. */
export function readDescriptors(): FileRegistry {
  const image = readFileSync(fileURLToPath(import.meta.resolve('@contract-reviewer/proto/image.binpb')));
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
}

/** Every method of every service. */
export function methodsOf(registry: FileRegistry): DescMethod[] {
  return [...registry].flatMap((type) => (type.kind === 'service' ? type.methods : []));
}

/** As it stands in `:path`. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** The bytes of a request that is written in protobuf's JSON. @throws {Error} when it is none */
export function encodeRequest({ input }: DescMethod, json: JsonObject): Uint8Array {
  return toBinary(input, fromJson(input, json));
}

/** The fields that a request always has, by their names in the proto. */
export function demandedFields({ input }: DescMethod): string[] {
  return input.fields.filter(({ proto }) => !proto.proto3Optional).map(({ name }) => name);
}
