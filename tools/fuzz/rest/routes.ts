import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema } from './json-schema.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: JsonSchema;
}

/** What an answer with a certain status has to be. */
export interface DeclaredAnswer {
  /** Empty: an answer without a body. */
  mediaTypes: readonly string[];
  /** Set where the body is JSON. */
  validate?: ValidateFunction;
}

/** A route as the OpenAPI document describes it. */
export interface Route {
  /** As in `GET /api/documents`. */
  name: string;
  method: string;
  /** With parameters in braces. */
  path: string;
  parameters: readonly Parameter[];
  body: { mediaType: string; schema: JsonSchema } | undefined;
  answers: ReadonlyMap<number, DeclaredAnswer>;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** All routes of the document. */
export function routesOf(document: OpenApiDocument): Route[] {
  const ajv = new Ajv2020({ strict: false, formats: { binary: true, 'date-time': dateTime } });
  ajv.addSchema({ $id: 'openapi', ...document });
  const validatorAt = (...path: string[]) => ajv.compile({ $ref: `openapi#/${path.map(escaped).join('/')}` });

  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody, responses }]): Route => {
      const [body] = Object.entries(requestBody?.content ?? {});
      const answers = Object.entries(responses).map(([status, { content = {} }]): [number, DeclaredAnswer] => {
        const mediaTypes = Object.keys(content);
        const json = mediaTypes.find((type) => /^application\/(.*\+)?json$/.test(type));
        // A file that happens to be JSON is described as bytes.
        if (json === undefined || content[json]?.schema.format === 'binary') return [Number(status), { mediaTypes }];
        const validate = validatorAt('paths', path, method, 'responses', status, 'content', json, 'schema');
        return [Number(status), { mediaTypes, validate }];
      });
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        parameters,
        body: body && { mediaType: body[0], schema: body[1].schema },
        answers: new Map(answers),
      };
    }),
  );
}

/** See https://www.rfc-editor.org/rfc/rfc6901. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
