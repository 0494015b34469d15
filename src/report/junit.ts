import { maskSecrets } from '../source/mask-secrets.ts';
import type { Annotation } from './annotations.ts';
import { place, type RenderContext } from './context.ts';
import { type Suite, suitesOf, type TestCase } from './junit-cases.ts';
import { printable } from './printable.ts';
import type { View } from './views.ts';

type Counts = { readonly tests: number; readonly failures: number; readonly errors: number; readonly skipped: number };

/** A JUnit report: what was looked at as test cases, of which those that fail are what makes the run fail. */
export function renderJunit(view: View, context: RenderContext): string {
  // A service that provides nothing has no cases, and some readers stumble over a suite without any.
  const suites = suitesOf(view, context).filter(({ cases }) => cases.length > 0);
  // Readers that hold reports against a schema (Jenkins' xUnit plugin) know what was skipped of suites only.
  const { skipped: _, ...all } = countsOf(suites.flatMap(({ cases }) => cases));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `msgctl ${view.command}`, ...all })}>`,
    ...suites.flatMap((suite) => suiteLines(suite, context)),
    '</testsuites>\n',
  ].join('\n');
}

function suiteLines({ name, cases }: Suite, context: RenderContext): readonly string[] {
  return [`  <testsuite${attributes({ name, ...countsOf(cases) })}>`, ...cases.flatMap((one) => caseLines(one, context)), '  </testsuite>'];
}

function caseLines(one: TestCase, context: RenderContext): readonly string[] {
  const { name, group, file, failures, notes } = one;
  const open = `<testcase${attributes({ name, classname: group, file: file === undefined ? undefined : context.path(file) })}`;
  const [first] = failures;
  const parts: string[] = [];
  if (first) {
    const tag = one.isError ? 'error' : 'failure';
    const message = failures.length === 1 ? first.message : `${failures.length} findings, the first: ${first.message}`;
    parts.push(`<${tag}${attributes({ message, type: first.rule })}>${texts(failures, context)}</${tag}>`);
  } else if (one.skipped !== undefined) parts.push(`<skipped${attributes({ message: one.skipped })}/>`);
  if (notes.length > 0) parts.push(`<system-out>${texts(notes, context)}</system-out>`);
  if (parts.length === 0) return [`    ${open}/>`];
  return [`    ${open}>`, ...parts.map((part) => `      ${part}`), '    </testcase>'];
}

function countsOf(cases: readonly TestCase[]): Counts {
  const failed = cases.filter(({ failures }) => failures.length > 0);
  const errors = failed.filter(({ isError }) => isError).length;
  const skipped = cases.filter((one) => one.failures.length === 0 && one.skipped !== undefined).length;
  return { tests: cases.length, failures: failed.length - errors, errors, skipped };
}

/** Each remark as people read it, one below the other. */
function texts(annotations: readonly Annotation[], context: RenderContext): string {
  return annotations
    .map(({ at, file, label, id, message, why, advice, proof }) => {
      const where = at ? place(context, at) : file === undefined ? '' : context.path(file);
      const title = [label, id, where].filter((part) => part !== '').join(' ');
      return [title, message, why, advice, proof].flatMap((part) => (part === undefined ? [] : [escapeXml(part)])).join('\n');
    })
    .join('\n\n');
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(String(value))}"`))
    .join('');
}

/** Text on one line, with nothing in it that XML 1.0 forbids or reads as markup. */
function escapeXml(text: string): string {
  // Once signs are escaped nobody can tell a password any more.
  return printable(maskSecrets(text))
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
