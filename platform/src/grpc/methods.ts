import type { MethodDefinition } from '@grpc/grpc-js';

/** One method of a generated service definition. */
// biome-ignore lint/suspicious/noExplicitAny: the message types are read off each definition below.
export type Method = MethodDefinition<any, any>;

/** A generated service definition, such as `DocumentServiceService`. */
export type ServiceMethods = Readonly<Record<string, Method>>;

export type RequestOf<M extends Method> = ReturnType<M['requestDeserialize']>;
export type ResponseOf<M extends Method> = ReturnType<M['responseDeserialize']>;

/** `contractreviewer.document.v1.DocumentService` of `/contractreviewer.document.v1.DocumentService/GetDocument`. */
export function serviceName(methods: ServiceMethods): string {
  const [method] = Object.values(methods);
  if (!method) throw new TypeError('a service definition has at least one method');
  return method.path.split('/')[1] as string;
}
