import { join } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { nearest, oneOf } from '../diagnostics/suggest.ts';
import { readTextFile } from '../io/read-file.ts';
import { RULE_FAMILIES, RULE_TABLE, ruleOf } from '../report/rule-table.ts';
import type { View } from '../report/views.ts';
import type { Exit } from './exit-code.ts';
import type { Session } from './session.ts';

/** Lists all rules, or those of one family. Needs no project. */
export async function listRules(session: Session, family: string | undefined): Promise<Exit> {
  if (family !== undefined && !RULE_FAMILIES.includes(family)) throw unknownFamily(family);
  const rules = RULE_TABLE.filter((rule) => family === undefined || rule.family === family);
  return show(session, { kind: 'rules', command: 'rules', rules });
}

/** Shows the page about a rule, which stands in msgctl's own folder. Needs no project. */
export async function explainRule(session: Session, id: string, folder: string): Promise<Exit> {
  const rule = ruleOf(id);
  if (!rule) throw unknownRule(id);
  const page = await readPage(folder, `docs/rules/${rule.id}.md`);
  return show(session, { kind: 'explanation', command: 'explain', rule, ...(page !== undefined && { page }) });
}

async function readPage(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readTextFile(join(folder, path), path);
  } catch (error) {
    if (error instanceof Failure && error.id === 'file-missing') return undefined;
    throw error;
  }
}

async function show(session: Session, view: View): Promise<Exit> {
  await session.show({ view, root: session.host.cwd, documents: new Map() });
  return 'good';
}

function unknownFamily(family: string): Failure {
  const near = nearest(family, RULE_FAMILIES);
  return new Failure('unknown-family', {
    message: `There is no family of rules ${JSON.stringify(family)}.`,
    advice: `${near === undefined ? '' : `Did you mean ${near}? `}Families are ${RULE_FAMILIES.join(', ')}.`,
  });
}

function unknownRule(id: string): Failure {
  const meant = rulesMeant(id.trim().toLowerCase());
  return new Failure('unknown-rule', {
    message: `There is no rule ${JSON.stringify(id)}.`,
    advice: `${meant.length === 0 ? '' : `Did you mean ${oneOf(meant)}? `}Run msgctl rules to see all.`,
  });
}

/** The rules whose ids begin so, and those that have all of the words; else the one of which it is a typing mistake. */
function rulesMeant(written: string): readonly string[] {
  const words = written.split(/[^a-z0-9]+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const ids = RULE_TABLE.map((rule) => rule.id);
  const beginSo = ids.filter((id) => id.startsWith(written));
  const haveAll = ids.filter((id) => words.every((word) => id.split('-').includes(word)));
  if (beginSo.length + haveAll.length > 0) return [...new Set([...beginSo, ...haveAll])];
  const near = nearest(written, ids);
  return near === undefined ? [] : [near];
}
