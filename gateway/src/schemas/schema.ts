import { type Static, type TObject, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox';

/** A schema that the OpenAPI document lists by name. */
export type NamedSchema = TSchema & { readonly $id: string };

export function named<Properties extends TProperties>($id: string, properties: Properties, description: string) {
  return Type.Object(properties, { $id, description }) as TObject<Properties> & { readonly $id: string };
}

/** Stands for a named schema where it is used. */
export function refTo<Schema extends NamedSchema>(schema: Schema): TUnsafe<Static<Schema>> {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` });
}

/** Text that is one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], description?: string): TUnsafe<Word> {
  return Type.Unsafe<Word>({ type: 'string', enum: words, ...(description === undefined ? {} : { description }) });
}

/** What a request may hold: these fields and no others. */
export function exactly<Properties extends TProperties>(
  properties: Properties,
  options: { minProperties?: number } = {},
) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** Any JSON object; its keys are the client's own and stay as they are. */
export function freeForm(description: string) {
  return Type.Record(Type.String(), Type.Unknown(), { description });
}

/** A moment in ISO 8601, in UTC. */
export const Timestamp = Type.String({ format: 'date-time' });

export const Sha256 = Type.String({ description: 'SHA-256 in lower-case hexadecimal' });

/** The answer to what was done and leaves nothing to tell. */
export const Nothing = Type.Null({ description: 'Done' });
