import type { NumberDemand } from './number-facts.ts';

type Range = { readonly low: number; readonly high: number };

// Up to so many decimal units validators count exactly; whatever is larger passes for a multiple of any decimal step (payload/multiples.ts).
const EXACT = 2 ** 51;

/** Whether whatever is a multiple as demanded is a multiple of something it must not be, by exact arithmetic. */
export function excludesAllMultiples({ whole, facts }: NumberDemand, range: Range): boolean {
  const steps = facts
    .filter(({ assertion }) => assertion.kind === 'multiple')
    .map(({ assertion, holds }) => ({ step: assertion.kind === 'multiple' ? assertion.step : 1, holds }));
  const [demanded, refused] = [true, false].map((wanted) => steps.filter(({ holds }) => holds === wanted).map(({ step }) => step));
  const wholeSteps = (demanded ?? []).filter((step) => Number.isInteger(step));
  if (!whole && wholeSteps.length > 0) return true;
  if (formatExcludes({ whole, facts })) return true;
  if (whole && (refused ?? []).some((step) => Number.isInteger(step) && isWholeMultiple([1, ...wholeSteps], step))) return true;
  return (refused ?? []).some((step) => [...(demanded ?? []), ...(whole ? [1] : [])].some((given) => isExactMultiple(given, step, range)));
}

/** Formats of numbers that say nothing of whole or other numbers, respectively. */
function formatExcludes({ whole, facts }: Pick<NumberDemand, 'whole' | 'facts'>): boolean {
  return facts.some(({ assertion, holds }) => {
    if (assertion.kind !== 'format') return false;
    if (['float', 'double'].includes(assertion.name)) return !holds;
    return !whole && holds && ['int32', 'int64'].includes(assertion.name);
  });
}

/** Whether the least common multiple of some whole numbers is a multiple of another. */
function isWholeMultiple(steps: readonly number[], of: number): boolean {
  const joint = steps.map(BigInt).reduce((a, b) => (a / divisor(a, b)) * b);
  return joint % BigInt(of) === 0n;
}

/**
 * Whether multiples of one step are multiples of another, to validators too. A divisor has as many decimals or more, so what is too large to be
 * counted by the given step is too large for a decimal one that divides it; a whole one is counted however large the number is.
 */
function isExactMultiple(given: number, of: number, { low, high }: Range): boolean {
  const [a, b] = [fractionOf(given), fractionOf(of)];
  if (!a || !b || (a.numerator * b.denominator) % (a.denominator * b.numerator) !== 0n) return false;
  if (!Number.isInteger(of) || Number.isInteger(given)) return true;
  return Math.max(Math.abs(low), Math.abs(high)) * Number(a.denominator) < EXACT;
}

/** A whole number as it is, another one as it is written in decimals; `undefined` for one that validators do not take apart. */
function fractionOf(step: number): { readonly numerator: bigint; readonly denominator: bigint } | undefined {
  if (Number.isInteger(step)) return { numerator: BigInt(step), denominator: 1n };
  const [digits = '', exponent = '0'] = String(step).split('e');
  const [whole, decimals = ''] = digits.split('.');
  const places = decimals.length - Number(exponent);
  const numerator = Number(`${whole}${decimals}`);
  if (places > 15 || !Number.isSafeInteger(numerator)) return undefined;
  return { numerator: BigInt(numerator), denominator: 10n ** BigInt(places) };
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}
