/** The JSDoc tag that says since when something is deprecated, when it goes and what replaces it. */
export function deprecationTag(details: {
  readonly since?: string | undefined;
  readonly remove?: string | undefined;
  readonly instead?: string | undefined;
}): string {
  const parts = [
    details.since && `since ${details.since}`,
    details.remove && `to be removed in ${details.remove}`,
    details.instead && `use ${details.instead} instead`,
  ].filter((part) => part !== undefined && part !== '');
  return ['@deprecated', parts.join(', ')].join(' ').trim();
}
