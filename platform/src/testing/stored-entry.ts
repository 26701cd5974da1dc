import { crc32 } from 'node:zlib';

/** An entry of the cache as Redis holds it: JSON, and behind it the text that is passed on as it is, if there is one. */
interface StoredEntry {
  head: { value?: unknown; crc32?: number };
  text: string | undefined;
}

/** What an entry says of its value; of one with a text, what that says as well. */
export function storedValue(stored: string): unknown {
  const { head, text } = parsed(stored);
  return text === undefined ? head.value : { ...(head.value as object), ...(JSON.parse(text) as object) };
}

/** The entry with another value, as well-formed as before. */
export function withValue<T>(stored: string, change: (value: T) => unknown): string {
  const { head, text } = parsed(stored);
  return joined({ head: { ...head, value: change(head.value as T) }, text });
}

/** The entry with another text, as well-formed as before. */
export function withText<T>(stored: string, change: (body: T) => unknown): string {
  const { head, text = '' } = parsed(stored);
  const changed = JSON.stringify(change(JSON.parse(text) as T));
  return joined({ head: { ...head, crc32: crc32(changed) }, text: changed });
}

function parsed(stored: string): StoredEntry {
  const [head = '', text] = stored.split('\n');
  return { head: JSON.parse(head) as StoredEntry['head'], text };
}

function joined({ head, text }: StoredEntry): string {
  return text === undefined ? JSON.stringify(head) : `${JSON.stringify(head)}\n${text}`;
}
