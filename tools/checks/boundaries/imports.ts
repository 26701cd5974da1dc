import { type ParseResult, parseSync, Visitor } from 'oxc-parser';

export interface ImportSite {
  /** As written; undefined when it is computed, so that nobody can tell before it runs what is imported. */
  specifier: string | undefined;
  /** Counts from 1. */
  line: number;
}

export interface SourceFacts {
  /** Every way to reach another module: `import`, `export from`, `import()`, type imports and module URLs for workers. */
  imports: ImportSite[];
  /** Lines on which the environment of the process is read. */
  environmentReads: number[];
}

type Program = ParseResult['program'];
type Literal = { type: string; value?: unknown };

const textOf = (node: Literal | undefined): string | undefined =>
  node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

const processModules: ReadonlySet<string> = new Set(['process', 'node:process']);

/**
 * What a TypeScript file imports and whether it reads the environment, from its syntax tree: text in comments and
 * strings does not count.
 *
 * @throws when the file does not parse.
 */
export function readSource(file: string, text: string): SourceFacts {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);

  const lineOf = lineIndex(text);
  return { imports: readImports(program, lineOf), environmentReads: readEnvironmentReads(program, lineOf) };
}

function lineIndex(text: string): (offset: number) => number {
  const starts = [...text.matchAll(/\n/g)].map((match) => match.index);
  return (offset) => starts.filter((start) => start < offset).length + 1;
}

function readImports(program: Program, lineOf: (offset: number) => number): ImportSite[] {
  const imports: ImportSite[] = [];
  const add = (node: { start: number }, source: Literal | undefined): void => {
    imports.push({ specifier: textOf(source), line: lineOf(node.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node, node.source);
    },
    ExportAllDeclaration: (node) => add(node, node.source),
    ImportExpression: (node) => add(node, node.source),
    TSImportType: (node) => add(node, node.source),
    NewExpression: (node) => {
      const [path, base] = node.arguments;
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL';
      const isModule = textOf(path)?.endsWith('.ts') === true && base?.type === 'MemberExpression';
      if (isUrl && isModule) add(node, path);
    },
  }).visit(program);
  return imports;
}

function readEnvironmentReads(program: Program, lineOf: (offset: number) => number): number[] {
  const lines: number[] = [];
  const add = (node: { start: number }): void => {
    lines.push(lineOf(node.start));
  };
  new Visitor({
    MemberExpression: (node) => {
      const property = node.property.type === 'Identifier' ? node.property.name : textOf(node.property);
      const { object } = node;
      const isProcess =
        (object.type === 'Identifier' && object.name === 'process') ||
        (object.type === 'MemberExpression' &&
          object.property.type === 'Identifier' &&
          object.property.name === 'process');
      if (isProcess && property === 'env') add(node);
    },
    VariableDeclarator: (node) => {
      if (node.init?.type !== 'Identifier' || node.init.name !== 'process') return;
      if (node.id.type !== 'ObjectPattern') return;
      const takesEnv = node.id.properties.some(
        (property) =>
          property.type === 'RestElement' || (property.key.type === 'Identifier' && property.key.name === 'env'),
      );
      if (takesEnv) add(node);
    },
    ImportDeclaration: (node) => {
      if (!processModules.has(node.source.value)) return;
      const takesEnv = node.specifiers.some(
        (specifier) =>
          specifier.type === 'ImportSpecifier' &&
          specifier.imported.type === 'Identifier' &&
          specifier.imported.name === 'env',
      );
      if (takesEnv) add(node);
    },
  }).visit(program);
  return lines;
}
