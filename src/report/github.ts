import { type Annotation, annotationsOf, type Level, verdictLine } from './annotations.ts';
import type { RenderContext } from './context.ts';
import { printable } from './printable.ts';
import type { View } from './views.ts';

const order: Readonly<Record<Level, number>> = { error: 0, warning: 1, notice: 2 };

/**
 * Workflow commands that GitHub shows as annotations. It shows ten of each level and step only, so the worst come first and the last
 * line tells how it went.
 */
export function renderGithub(view: View, context: RenderContext): string {
  const annotations = [...annotationsOf(view, context)].sort((a, b) => order[a.level] - order[b.level]);
  const lines = annotations.map((annotation) => annotationLine(annotation, context));
  return [...lines, `::notice title=msgctl::${escapeData(verdictLine(view, annotations.length))}`].map((line) => `${line}\n`).join('');
}

function annotationLine({ level, id, at, file, message, why, advice, proof }: Annotation, context: RenderContext): string {
  const properties: (readonly [string, string | number])[] = [];
  if (at) {
    const { start, end } = at;
    properties.push(['file', context.path(at.file)], ['line', start.line], ['endLine', end.line]);
    // GitHub takes columns only where the range stays on one line.
    if (start.line === end.line) properties.push(['col', start.column], ['endColumn', end.column]);
  } else if (file !== undefined) properties.push(['file', context.path(file)]);
  properties.push(['title', id]);
  const text = [message, why, advice, proof].flatMap((part) => (part === undefined ? [] : [printable(part)])).join('\n');
  return `::${level} ${properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',')}::${escapeData(text)}`;
}

/** What must be escaped in the text of a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** What must be escaped in a property of a workflow command. */
function escapeProperty(text: string): string {
  return escapeData(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
