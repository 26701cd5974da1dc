import { z } from 'zod';

/** A setting of a process, as its schema has it. */
export interface Setting {
  name: string;
  /** What it may be. */
  values: string;
  /** Undefined: it has none. */
  default: string | undefined;
  isRequired: boolean;
}

/** The settings of a schema, in its order. */
export function settingsOf(schema: z.ZodObject): Setting[] {
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => {
    const unset = field.safeParse(undefined);
    const hasDefault = unset.success && unset.data !== undefined;
    return {
      name,
      values: valuesOf(field),
      default: hasDefault ? String(unset.data) : undefined,
      isRequired: !unset.success,
    };
  });
}

function valuesOf(field: z.ZodType): string {
  const named = titleOf(field);
  if (named !== undefined) return named;
  const { type, minimum, maximum } = z.toJSONSchema(field, { io: 'output', unrepresentable: 'any' });
  if (type === 'number') return `${minimum} to ${maximum}`;
  const input = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  if (input.enum) return input.enum.map((value) => `\`${value}\``).join(', ');
  const { minLength, maxLength } = input;
  if (minLength !== undefined && maxLength !== undefined) return `text of ${minLength} to ${maxLength} characters`;
  return 'text';
}

/** What its kind is called, however it is wrapped. */
function titleOf(field: z.core.$ZodType): string | undefined {
  const title = z.globalRegistry.get(field)?.title;
  if (title !== undefined) return title;
  if (field instanceof z.ZodDefault || field instanceof z.ZodOptional) return titleOf(field.def.innerType);
  return undefined;
}
