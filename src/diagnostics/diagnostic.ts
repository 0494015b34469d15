import type { Range } from '../source/source-file.ts';

/** How bad a finding is. Only errors make a command's verdict bad. */
export type Severity = 'error' | 'warning' | 'info';

/** A second place that belongs to a finding, with what to say of it. */
export type Related = { readonly at: Range; readonly label: string };

/**
 * A finding about a contract: plain data, rendered by `report/`.
 *
 * `id` is stable for ever and listed in the catalogue; `message` says what is wrong, `why` why it matters, `advice` what to do.
 */
export type Diagnostic = {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly why?: string;
  readonly advice?: string;
  readonly at: Range;
  readonly related: readonly Related[];
};

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Sorts by severity, file, position and id, and drops exact repetitions. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [diagnosticKey(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (a, b) =>
      severityRank[a.severity] - severityRank[b.severity] ||
      compareText(a.at.file, b.at.file) ||
      a.at.start.offset - b.at.start.offset ||
      compareText(a.id, b.id) ||
      compareText(a.message, b.message),
  );
}

/** Whether any of the findings is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

function diagnosticKey({ id, at, message }: Diagnostic): string {
  return JSON.stringify([id, at.file, at.start.offset, at.end.offset, message]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
