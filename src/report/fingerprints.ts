import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { digestOf } from '../source/digest.ts';
import type { RenderContext } from './context.ts';

/**
 * What names each finding in every run, so that machines know it again: from its id, its file and what in the file it is about, never from
 * line or text. Of several about the same thing each next one is told apart by its number.
 */
export function diagnosticFingerprints(diagnostics: readonly Diagnostic[], context: RenderContext): readonly string[] {
  return tellApart(diagnostics.map(({ id, at }) => digestOf(JSON.stringify([id, at.file, context.pointer(at)]))));
}

/** The same fingerprints, with those that occur more than once numbered. */
export function tellApart(fingerprints: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return fingerprints.map((fingerprint) => {
    const before = seen.get(fingerprint) ?? 0;
    seen.set(fingerprint, before + 1);
    return before === 0 ? fingerprint : digestOf(`${fingerprint} ${before + 1}`);
  });
}
