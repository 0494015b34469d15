/** How long a quoted value may be before it is cut. */
const MAX_QUOTED = 80;

/** Quotes a value for a message, in double quotes as in JSON, cut where it is long: the one way msgctl quotes. */
export function quoteText(text: string): string {
  const cut = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  return JSON.stringify(cut);
}
