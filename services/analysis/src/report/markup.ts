/** Markup that is fit to be sent: every text in it was escaped. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Markup from a template. Texts that are put in are escaped for XML and HTML, as content and as quoted attributes alike;
 * markup and lists of markup go in as they are.
 */
export function markup(
  template: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  return new Markup(String.raw({ raw: template }, ...values.map(sourceOf)));
}

function sourceOf(value: string | number | Markup | readonly Markup[]): string {
  if (value instanceof Markup) return value.source;
  if (typeof value === 'object') return value.map(({ source }) => source).join('');
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
