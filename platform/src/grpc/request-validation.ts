import { type FieldViolation, invalidArgument } from '../errors.ts';
import { isIdentifier } from '../identifier.ts';

const emailShape = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u;
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const firstTimestamp = Date.parse('0001-01-01T00:00:00Z');
const lastTimestamp = Date.parse('9999-12-31T23:59:59.999Z');

/** Collects everything that is wrong with a request, so that the caller learns of it all at once. */
export class RequestValidation {
  readonly #violations: FieldViolation[] = [];

  /** Records a violation unless `holds`. */
  check(field: string, holds: boolean, description: string): this {
    if (!holds) this.#violations.push({ field, description });
    return this;
  }

  identifier(field: string, value: string): this {
    return this.check(field, isIdentifier(value), 'must be 1 to 128 letters, digits and ._~:@- (it is an id)');
  }

  /** A whole number within [min, max]. */
  range(field: string, value: number, min: number, max: number): this {
    return this.check(field, Number.isInteger(value) && value >= min && value <= max, `must be from ${min} to ${max}`);
  }

  /** Text of at most `max` characters without control characters. */
  text(field: string, value: string, max: number): this {
    return this.check(
      field,
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
      value.length > 0 && value.length <= max && !/[\u0000-\u001f\u007f]/.test(value),
      `must be 1 to ${max} characters without control characters`,
    );
  }

  /** Any text of `min` to `max` characters, for what is not shown or compared, such as a password. */
  length(field: string, value: string, min: number, max: number): this {
    return this.check(field, value.length >= min && value.length <= max, `must have ${min} to ${max} characters`);
  }

  email(field: string, value: string): this {
    return this.check(field, value.length <= 254 && emailShape.test(value), 'must be an e-mail address');
  }

  uuid(field: string, value: string): this {
    return this.check(field, uuidShape.test(value), 'must be a UUID');
  }

  sha256(field: string, value: string): this {
    return this.check(field, /^[0-9a-f]{64}$/.test(value), 'must be a SHA-256 in lower-case hexadecimal');
  }

  /** A google.protobuf.Timestamp within the range of its definition; what is far out of it comes as an invalid Date. */
  timestamp(field: string, value: Date): this {
    const holds = value.getTime() >= firstTimestamp && value.getTime() <= lastTimestamp;
    return this.check(field, holds, 'must be in the years 0001 to 9999');
  }

  oneOf(field: string, value: string, accepted: readonly string[]): this {
    return this.check(field, accepted.includes(value), `must be one of ${accepted.join(', ')}`);
  }

  /** @throws {StatusError} INVALID_ARGUMENT with every violation, if there is one */
  throwIfInvalid(): void {
    if (this.#violations.length > 0) throw invalidArgument(this.#violations);
  }
}
