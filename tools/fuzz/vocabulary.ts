import type { OpenApiDocument } from './rest/routes.ts';

/** The words that fields take, by the field's name, as the OpenAPI document tells them. */
export function vocabularyOf(document: OpenApiDocument): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const add = (name: string, more: readonly unknown[]) => {
    words.set(name, [...new Set([...(words.get(name) ?? []), ...more.map(String)])]);
  };
  const visit = (value: unknown, name: string) => {
    if (typeof value !== 'object' || value === null) return;
    if ('enum' in value && Array.isArray(value.enum)) add(name, value.enum);
    if ('default' in value && typeof value.default === 'string') add(name, [value.default]);
    for (const [key, each] of Object.entries(value)) {
      // The elements of a list are what the list's name says, and a parameter says its name itself.
      const isName = key !== 'items' && key !== 'schema';
      visit(each, isName ? key : 'name' in value && typeof value.name === 'string' ? value.name : name);
    }
  };
  visit(document, '');
  // Where REST takes a list, an RPC may take one of it.
  for (const [name, list] of words)
    if (name.endsWith('s') && !words.has(name.slice(0, -1))) add(name.slice(0, -1), list);
  // Whoever records an event says who they are: of the services, the gateway calls.
  words.set('service', ['gateway']);
  return words;
}
