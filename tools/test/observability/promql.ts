/** A selector of time series in a query. */
export interface Selector {
  metric: string;
  matchers: Matcher[];
}

interface Matcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

const selector = /(?<![\w:"])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\s*\()(?![\w:])/g;
const matcher = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;
const grouping = /\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g;
const words = new Set(['or', 'and', 'unless', 'bool', 'offset', 'by', 'without', 'on', 'ignoring']);

/** The selectors in a query (https://prometheus.io/docs/prometheus/latest/querying/basics/). */
export function selectorsIn(query: string): Selector[] {
  const bare = query.replaceAll(grouping, '').replaceAll(/\[[^\]]*\]/g, '');
  return [...bare.matchAll(selector)].flatMap(([, metric = '', braces = '']) =>
    words.has(metric) ? [] : [{ metric, matchers: matchersIn(braces) }],
  );
}

/** The labels by which a query groups. */
export function groupingsIn(query: string): string[] {
  return [...query.matchAll(grouping)].flatMap(([, labels = '']) =>
    labels
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  );
}

/** Whether the labels are what a selector asks for. */
export function isSelected(labels: Readonly<Record<string, string>>, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ label, operator, value }) => {
    const actual = labels[label] ?? '';
    const isEqual = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    return operator.startsWith('!') ? !isEqual : isEqual;
  });
}

function matchersIn(braces: string): Matcher[] {
  return [...braces.matchAll(matcher)].map(([, label = '', operator = '', value = '']) => ({
    label,
    operator: operator as Matcher['operator'],
    value,
  }));
}
