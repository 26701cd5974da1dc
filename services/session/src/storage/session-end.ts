/** PostgreSQL's `infinity`, as it is sent and as it comes back: the end of what does not end by itself. */
const never = 'infinity';
export type EndColumn = Date | typeof Infinity;

export function endColumn(end: Date | undefined): Date | string {
  return end ?? never;
}

export function endOf(column: EndColumn): Date | undefined {
  return column instanceof Date ? column : undefined;
}
