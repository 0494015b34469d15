import type { Block, Statement } from './code-tree.ts';
import { createKnowledge, type Knowledge } from './knowledge.ts';

/**
 * Works out what is certain about the variables in which ajv keeps account (`errors`, `vErrors`, `_errs1`, `valid0`), and takes out the
 * questions whose answers are known. A validator that stops at the first error asks most of them for nothing: whoever comes to the second
 * property has found none in the first.
 */
export function foldCode(statements: readonly Statement[]): readonly Statement[] {
  return fold(statements, createKnowledge()).statements;
}

/** What is left of some statements, and whether what follows them is reached. */
type Folded = { readonly statements: readonly Statement[]; readonly ends: boolean };

function fold(statements: readonly Statement[], known: Knowledge): Folded {
  const folded: Statement[] = [];
  for (const statement of statements) {
    const part = typeof statement === 'string' ? foldLine(statement, known) : foldBlock(statement, known);
    for (const left of part.statements) folded.push(left);
    if (part.ends) return { statements: folded, ends: true };
  }
  return { statements: folded, ends: false };
}

/** A line that sets one of the variables, returns what is asked of them, or hands them on. */
const SETTING = /^((?:const |let |var )?(errors|vErrors|_errs\d+|_?valid\d+)) = (.*);$/;
const HANDING = /^(return |\w+\.errors = )(.*);$/;
const LEAVING = /^(?:return|break|throw)\b/;

function foldLine(line: string, known: Knowledge): Folded {
  const [, target, name, value] = SETTING.exec(line) ?? [];
  if (target !== undefined && name !== undefined && value !== undefined) {
    const certain = known.resultOf(value);
    known.set(name, certain);
    return { statements: [certain === undefined || certain.startsWith('#') ? line : `${target} = ${certain};`], ends: false };
  }
  known.forget(line);
  const [, start, handed] = HANDING.exec(line) ?? [];
  const certain = handed === undefined ? undefined : known.resultOf(handed);
  const left = certain === undefined || certain.startsWith('#') ? line : `${start}${certain};`;
  return { statements: [left], ends: LEAVING.test(line) };
}

function foldBlock(block: Block, known: Knowledge): Folded {
  if (!block.head.startsWith('if(')) return foldRepeated(block, known);
  const { head, body, otherwise = [] } = block;
  const truth = known.truthOf(head.slice('if('.length, -1));
  if (truth !== undefined) return fold(truth ? body : otherwise, known);
  known.forget(head);
  const [left, right] = known.branch(
    () => fold(body, known),
    () => fold(otherwise, known),
  );
  return { statements: [{ head, body: left.statements, otherwise: right.statements }], ends: left.ends && right.ends };
}

/** Whatever a loop, a function or a block with a label sets is not known, neither in it nor after it: it may have run before, or stop halfway. */
function foldRepeated({ head, body, otherwise }: Block, known: Knowledge): Folded {
  if (otherwise) throw new Error(`The code of validators is not what it used to be: "${head}" has an else.`);
  const forget = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      known.forget(typeof statement === 'string' ? statement : statement.head);
      if (typeof statement === 'string') continue;
      forget(statement.body);
      forget(statement.otherwise ?? []);
    }
  };
  known.forget(head);
  forget(body);
  const { statements } = fold(body, known);
  forget(body);
  return { statements: [{ head, body: statements }], ends: false };
}
