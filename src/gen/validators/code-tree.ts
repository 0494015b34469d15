/** A statement of ajv's code: a line, or a block with what stands in it. */
export type Statement = string | Block;

/** `head` is all before the brace: `if(valid0)`, `for(const key0 in data)`, `function validate0(data)`. */
export type Block = { readonly head: string; readonly body: readonly Statement[]; readonly otherwise?: readonly Statement[] };

/** Reads code that ajv wrote with a line for each statement and each brace. No string literal may hold a line that looks like one. */
export function readCode(code: string): readonly Statement[] {
  const lines = code.split('\n').filter((line) => line !== '');
  const cursor = { lines, at: 0 };
  const statements = readStatements(cursor);
  if (cursor.at < lines.length) throw new Error('The code of validators closes more than it opens.');
  return statements;
}

/** The lines of some statements, as ajv would write them. */
export function writeCode(statements: readonly Statement[], lines: string[] = []): string[] {
  for (const statement of statements) {
    if (typeof statement === 'string') lines.push(statement);
    else writeBlock(statement, lines);
  }
  return lines;
}

type Cursor = { readonly lines: readonly string[]; at: number };

function readStatements(cursor: Cursor): Statement[] {
  const statements: Statement[] = [];
  while (cursor.at < cursor.lines.length && cursor.lines[cursor.at] !== '}') {
    const line = cursor.lines[cursor.at++] ?? '';
    statements.push(line.endsWith('{') ? readBlock(cursor, line.slice(0, -1)) : line);
  }
  return statements;
}

function readBlock(cursor: Cursor, head: string): Block {
  const body = readStatements(cursor);
  if (cursor.lines[cursor.at++] !== '}') throw new Error('The code of validators opens more than it closes.');
  const next = cursor.lines[cursor.at];
  if (!next?.startsWith('else ')) return { head, body };
  cursor.at++;
  const otherwise = next === 'else {' ? readBlock(cursor, '').body : [readBlock(cursor, next.slice('else '.length, -1))];
  return { head, body, otherwise };
}

function writeBlock({ head, body, otherwise }: Block, lines: string[]): void {
  lines.push(`${head}{`);
  writeCode(body, lines);
  lines.push('}');
  if (otherwise === undefined || otherwise.length === 0) return;
  const [only] = otherwise;
  if (otherwise.length === 1 && typeof only === 'object' && only.head.startsWith('if(')) {
    const start = lines.length;
    writeBlock(only, lines);
    lines[start] = `else ${lines[start]}`;
    return;
  }
  lines.push('else {');
  writeCode(otherwise, lines);
  lines.push('}');
}
