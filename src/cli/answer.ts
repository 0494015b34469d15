/** Whether somebody agreed: `y` or `yes`. Whoever says nothing, or is interrupted, did not. */
export function isYes(answer: string | undefined): boolean {
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
