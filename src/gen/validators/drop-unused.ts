import type { Block, Statement } from './code-tree.ts';

/**
 * Takes out of a function the variables that nobody asks for, the blocks that do nothing, and those names of a part of the value that are used
 * once: there the part itself is written.
 */
export function dropUnused(statements: readonly Statement[]): readonly Statement[] {
  const uses: Uses = { all: new Map(), settings: new Map(), parts: new Map() };
  count(statements, uses);
  const left = drop(statements, uses);
  return uses.parts.size === 0 ? left : writeParts(left, uses.parts);
}

type Uses = {
  /** How often each variable is named, and how often only to set it to something that has no effect of its own. */
  readonly all: Map<string, number>;
  readonly settings: Map<string, number>;
  /** The parts of the value that are to be written in the place of their names. */
  readonly parts: Map<string, string>;
};

/** The variables of ajv that are looked at. */
const NAMES = /(?<![.\w])(?:errors|vErrors|_errs\d+|_?valid\d+|data\d+|vSchema\d+)(?!\w)/g;

/** A line that does nothing but set one of them. */
const SETTING = /^(?:(const|let|var) )?(errors|vErrors|_errs\d+|_?valid\d+|data\d+|vSchema\d+)(?: = ([\w.$[\]"]+|\w+ === \w+))?;$/;

/** A condition that only looks: it calls nothing but what is known to look, and sets nothing. */
const ACTION = /(?<!isArray|isNaN|isFinite|typeof )(?<=[\w\])])\(|[^=!<>]=[^=]/;

function count(statements: readonly Statement[], uses: Uses): void {
  for (const statement of statements) {
    const line = typeof statement === 'string' ? statement : statement.head;
    for (const name of line.match(NAMES) ?? []) add(uses.all, name, 1);
    if (typeof statement === 'string') {
      const name = SETTING.exec(statement)?.[2];
      if (name !== undefined) add(uses.settings, name, 1);
      continue;
    }
    count(statement.body, uses);
    if (statement.otherwise) count(statement.otherwise, uses);
  }
}

function add(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** From the end, so that what is used only by something unused is unused itself by the time one comes to it. */
function drop(statements: readonly Statement[], uses: Uses): Statement[] {
  const left: Statement[] = [];
  for (let index = statements.length - 1; index >= 0; index--) {
    const statement = statements[index] ?? '';
    const kept = typeof statement === 'string' ? dropLine(statement, uses) : dropBlock(statement, uses);
    if (kept !== undefined) left.push(kept);
  }
  return left.reverse();
}

function dropLine(line: string, uses: Uses): string | undefined {
  const [, declared, name, value] = SETTING.exec(line) ?? [];
  if (name === undefined) return line;
  const all = uses.all.get(name) ?? 0;
  if (all === uses.settings.get(name)) {
    forget(line, uses);
    uses.settings.set(name, all - 1);
    return undefined;
  }
  if (declared !== undefined && value !== undefined && all === 2 && name.startsWith('data')) {
    uses.parts.set(name, value);
    return undefined;
  }
  // What is set here to be kept must not lose its declaration, even if what asks for it goes.
  uses.settings.delete(name);
  return line;
}

function forget(line: string, uses: Uses): void {
  for (const name of line.match(NAMES) ?? []) add(uses.all, name, -1);
}

function dropBlock(block: Block, uses: Uses): Block | undefined {
  const otherwise = block.otherwise && drop(block.otherwise, uses);
  const body = drop(block.body, uses);
  const { head } = block;
  if (!head.startsWith('if(') || body.length > 0) return { head, body, ...(otherwise && otherwise.length > 0 && { otherwise }) };
  const condition = head.slice('if('.length, -1);
  if (otherwise && otherwise.length > 0) return { head: `if(!(${condition}))`, body: otherwise };
  if (ACTION.test(condition)) return { head, body };
  forget(head, uses);
  return undefined;
}

const PART = /(?<![.\w])data\d+(?!\w)/g;

function writeParts(statements: readonly Statement[], parts: ReadonlyMap<string, string>): readonly Statement[] {
  const write = (text: string): string =>
    text.includes('data') ? text.replace(PART, (name) => (parts.has(name) ? write(parts.get(name) ?? '') : name)) : text;
  return statements.map((statement) => {
    if (typeof statement === 'string') return write(statement);
    const { head, body, otherwise } = statement;
    return { head: write(head), body: writeParts(body, parts), ...(otherwise && { otherwise: writeParts(otherwise, parts) }) };
  });
}
