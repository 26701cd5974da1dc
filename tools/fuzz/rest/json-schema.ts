import fc, { type Arbitrary } from 'fast-check';
import { mostly, textNamed } from '../named-text.ts';

/** What of JSON Schema the OpenAPI document uses for requests. */
export interface JsonSchema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  uniqueItems?: boolean;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  minProperties?: number;
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  $ref?: string;
}

/** Nobody waits longer, so that the run comes to its end. */
const longestWaitSeconds = 1;

/**
 * Values that the schema accepts.
 *
 * @param name of the field that holds the value: it tells ids, e-mail addresses and waiting times apart from other values
 */
export function valuesOf(schema: JsonSchema, name = ''): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each) => valuesOf(each, name)));
  switch (schema.type) {
    case 'object':
      return objectsOf(schema);
    case 'array':
      return listsOf(schema, name);
    case 'string':
      return textsOf(schema, name);
    case 'integer':
    case 'number':
      return fc.integer({
        min: schema.minimum ?? 0,
        max: name === 'wait' ? longestWaitSeconds : (schema.maximum ?? 2 ** 31 - 1),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function listsOf(
  { items = {}, minItems = 0, maxItems = 5, uniqueItems }: JsonSchema,
  name: string,
): Arbitrary<unknown[]> {
  const length = { minLength: minItems, maxLength: Math.min(maxItems, 5) };
  return (uniqueItems ? fc.uniqueArray : fc.array)(valuesOf(items, name), length);
}

function objectsOf({ properties = {}, required = [], minProperties = 0, ...schema }: JsonSchema): Arbitrary<object> {
  const isFreeForm = Object.keys(properties).length === 0 && schema.additionalProperties !== false;
  if (isFreeForm)
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 });
  const fields = Object.entries(properties).map(([name, each]) => [name, valuesOf(each, name)] as const);
  return fc
    .record(Object.fromEntries(fields), { requiredKeys: required })
    .filter((value) => Object.keys(value).length >= minProperties);
}

function textsOf(schema: JsonSchema, name: string): Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 60 } = schema;
  if (format === 'date-time') return dates.map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const any = textNamed(name, { minLength: Math.max(1, minLength), maxLength: Math.min(maxLength, 60) });
  // What is one of a few words, though the schema does not list them.
  return typeof schema.default === 'string' ? mostly(fc.constant(schema.default), any) : any;
}

const dates = fc.date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2090-01-01') });
