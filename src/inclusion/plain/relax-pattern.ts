/** What may follow a backslash with the flag `u`, but for what only counts in brackets. */
const ESCAPES = /[dDwWsSbBpPkxucfnrtv0-9^$\\.*+?()[\]{}|/]/u;

/**
 * A pattern as expressions with the flag `u` spell it: many escape what needs none (`\_`, `\@`, `\-`), which JavaScript took for the character
 * itself before. What is no expression either way stays as it is.
 */
export function relaxPattern(pattern: string): string {
  if (isExpression(pattern, 'u') || !isExpression(pattern, '')) return pattern;
  let inBrackets = false;
  const relaxed = pattern.replace(/\\[\s\S]|[[\]]/g, (part) => {
    if (part === '[' || part === ']') inBrackets = part === '[';
    const [, escaped = ''] = part;
    const needed = part.length === 1 || ESCAPES.test(escaped) || (escaped === '-' && inBrackets);
    return needed ? part : escaped;
  });
  return isExpression(relaxed, 'u') ? relaxed : pattern;
}

function isExpression(source: string, flags: '' | 'u'): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
