/** Statements are few, and written by us; what is composed in ever new ways must not fill the servers' memory. */
const mostNames = 500;
const names = new Map<string, string>();

/**
 * The name under which a statement is prepared, once for each connection, so that the server parses and plans it once;
 * undefined for what is not to be prepared.
 */
export function statementName(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined || names.size >= mostNames) return known;
  const name = `statement_${names.size + 1}`;
  names.set(sql, name);
  return name;
}
