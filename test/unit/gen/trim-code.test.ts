import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCode, writeCode } from '../../../src/gen/validators/code-tree.ts';
import { dropUnused } from '../../../src/gen/validators/drop-unused.ts';
import { foldCode } from '../../../src/gen/validators/fold-code.ts';
import { runs } from '../../support/size.ts';

/** A program as a validator might be: what it does is what it notes and returns, for each input. */
type Step = { readonly kind: string; readonly pick: number; readonly body: readonly Step[]; readonly otherwise: readonly Step[] };

const KINDS = ['count', 'keep', 'judge', 'set', 'note', 'part', 'errors', 'leave', 'if', 'if', 'if', 'for', 'labeled'] as const;

const { program } = fc.letrec<{ readonly program: readonly Step[]; readonly step: Step }>((tie) => ({
  program: fc.array(tie('step'), { maxLength: 7 }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constantFrom(...KINDS.slice(0, 7)), pick: fc.nat(11), body: fc.constant([]), otherwise: fc.constant([]) }),
    fc.record({ kind: fc.constantFrom(...KINDS.slice(7)), pick: fc.nat(11), body: tie('program'), otherwise: tie('program') }),
  ),
}));

/** Writes a program as ajv would: a line for each statement, constants where they are in scope. */
function write(
  steps: readonly Step[],
  scope: { readonly errors: readonly string[]; readonly loops: readonly string[] },
  next: () => number,
): string[] {
  const lines: string[] = [];
  const errors = [...scope.errors];
  const known = (pick: number): string => errors[pick % errors.length] ?? '0';
  for (const { kind, pick, body, otherwise } of steps) {
    const inner = (part: readonly Step[], loops = scope.loops): string[] => write(part, { errors, loops }, next);
    if (kind === 'count') lines.push('errors++;');
    if (kind === 'judge') lines.push(`var valid${pick % 2} = ${known(pick)} === errors;`);
    if (kind === 'set')
      lines.push(['valid0 = true;', 'var valid1 = false;', 'errors = 0;', 'vErrors = [1];', 'vErrors = null;'][pick % 5] ?? '');
    if (kind === 'note') lines.push(`note(${['errors', 'valid0', 'valid1', 'vErrors', known(pick)][pick % 5]});`);
    if (kind === 'errors') lines.push('validate0.errors = vErrors;');
    if (kind === 'keep') {
      const name = `_errs${next()}`;
      lines.push(`const ${name} = errors;`);
      errors.push(name);
    }
    if (kind === 'part') {
      const name = `data${next()}`;
      lines.push(`let ${name} = data.part;`, ...Array.from({ length: pick % 3 }, () => `note(${name});`));
    }
    if (kind === 'leave') {
      const loop = scope.loops[pick % Math.max(1, scope.loops.length)];
      lines.push(loop === undefined || pick > 8 ? 'return errors === 0;' : `break ${loop};`);
    }
    if (kind === 'if') {
      const conditions = ['valid0', '!valid1', `${known(pick)} === errors`, `errors === ${known(pick)}`, 'vErrors !== null', 'ask()'];
      lines.push(`if(${conditions[pick % conditions.length]}){`, ...inner(body), '}', 'else {', ...inner(otherwise), '}');
    }
    if (kind === 'for' || kind === 'labeled') {
      const number = next();
      lines.push(
        `outer${number}: for(let i${number}=0; i${number}<2; i${number}++){`,
        ...inner(body, [...scope.loops, `outer${number}`]),
        '}',
      );
    }
  }
  return lines;
}

function run(lines: readonly string[], answers: number): readonly unknown[] {
  const seen: unknown[] = [];
  let asked = 0;
  const validate0 = { errors: undefined };
  const code = new Function('note', 'ask', 'data', 'validate0', `"use strict";\n${lines.join('\n')}`);
  const note = (value: unknown): void => void seen.push(structuredClone(value));
  const result: unknown = code(note, () => ((answers >> (asked++ % 8)) & 1) === 1, { part: 'part' }, validate0);
  return [...seen, result, validate0.errors];
}

function trim(lines: readonly string[]): readonly string[] {
  return writeCode(dropUnused(foldCode(readCode(lines.join('\n')))));
}

describe('code of validators', () => {
  test('does after trimming what it did before', () => {
    fc.assert(
      fc.property(program, fc.nat(255), (steps, answers) => {
        let number = 0;
        const start = ['let vErrors = null;', 'let errors = 0;', 'var valid0 = false;', 'var valid1 = true;'];
        const lines = [...start, ...write(steps, { errors: [], loops: [] }, () => number++), 'return errors === 0;'];
        expect(run(trim(lines), answers)).toEqual(run(lines, answers));
      }),
      { numRuns: runs(3000, 30_000), seed: 20260 },
    );
  });

  test('asks no question twice, and keeps nothing that nobody asks for', () => {
    const lines = `let vErrors = null;
let errors = 0;
const _errs0 = errors;
if(errors === _errs0){
let data0 = data.name;
const _errs1 = errors;
if(typeof data0 !== "0"){
validate0.errors = [{instancePath}];
return false;
}
var valid0 = _errs1 === errors;
if(valid0){
let data1 = data.age;
if(!check(data1, data1)){
errors++;
}
}
}
validate0.errors = vErrors;
return errors === 0;`;
    expect(trim(lines.split('\n'))).toEqual(
      `let errors = 0;
if(typeof data.name !== "0"){
validate0.errors = [{instancePath}];
return false;
}
let data1 = data.age;
if(!check(data1, data1)){
errors++;
}
validate0.errors = null;
return errors === 0;`.split('\n'),
    );
  });

  test.each(['if(a){', '}', 'outer0: if(a){\n}\nelse {\n}'])('is not trimmed where it is not understood: %j', (code) => {
    expect(() => trim(code.split('\n'))).toThrow(/code of validators/);
  });
});
