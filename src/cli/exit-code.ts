/** The exit codes, the same for every command; printed in every `--help`. */
export const EXIT_CODES = {
  good: { code: 0, means: 'done, and the verdict is good' },
  bad: { code: 1, means: 'done, and the verdict is bad: invalid, breaking, stale, or steps pending with --exit-code' },
  failed: { code: 2, means: 'it could not be done, and nothing was changed' },
  partial: { code: 3, means: 'an apply stopped half way' },
  bug: { code: 70, means: 'a bug in msgctl' },
  interrupted: { code: 130, means: 'interrupted' },
} as const satisfies Record<string, { readonly code: number; readonly means: string }>;

/** How a run ended, by name. */
export type Exit = keyof typeof EXIT_CODES;
