import { type Annotation, annotationsOf, tellsFindings } from './annotations.ts';
import type { RenderContext } from './context.ts';
import { printable } from './printable.ts';
import type { View } from './views.ts';

/** How bad each word of ours is in GitLab's words; what is not listed is for information. */
const severities: Readonly<Record<string, 'blocker' | 'critical' | 'major' | 'minor'>> = {
  failure: 'blocker',
  breaking: 'critical',
  failed: 'critical',
  undecided: 'major',
  error: 'major',
  refuse: 'major',
  missing: 'major',
  stale: 'major',
  surplus: 'major',
  unformatted: 'major',
  risky: 'minor',
  warning: 'minor',
  skipped: 'minor',
};

/** A Code Quality report of GitLab: one issue for each remark. GitLab asks for a place, so what has none stands at the project file. */
export function renderGitlab(view: View, context: RenderContext): string {
  const issues = (tellsFindings(view) ? annotationsOf(view, context) : []).map((annotation) => issueOf(annotation, view, context));
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function issueOf(annotation: Annotation, view: View, context: RenderContext): object {
  const { rule, label, fingerprint, at, file = 'msgctl.yaml', message, why, advice, proof } = annotation;
  const text = [message, why, advice, proof].flatMap((part) => (part === undefined ? [] : [printable(part)])).join(' ');
  return {
    type: 'issue',
    check_name: rule,
    description: text,
    fingerprint,
    severity: annotation.accepted === undefined ? (severities[view.kind === 'failure' ? 'failure' : label] ?? 'info') : 'info',
    location: {
      path: context.path(at?.file ?? file),
      positions: at
        ? { begin: positionOf(at.start), end: positionOf(at.end) }
        : { begin: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
    },
  };
}

function positionOf({ line, column }: { readonly line: number; readonly column: number }): object {
  return { line, column };
}
