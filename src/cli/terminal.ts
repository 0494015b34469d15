import type { Style } from '../report/style.ts';

/** What the user said about looks (`--color`, `--ascii`, `--verbose`). */
export type Looks = { readonly color: 'always' | 'never' | 'auto'; readonly ascii: boolean; readonly verbose: boolean };

/** What is known of the place that text goes to. */
export type OutputPlace = { readonly isTerminal: boolean; readonly columns: number | undefined };

type Environment = Readonly<Record<string, string | undefined>>;

/** Decides once how text looks: what the user said, else what the environment says, else what the terminal can. */
export function chooseStyle(looks: Looks, place: OutputPlace, environment: Environment): Style {
  return {
    color: wantsColor(looks.color, place, environment),
    unicode: !looks.ascii && canUnicode(environment),
    verbose: looks.verbose,
    ...(place.isTerminal && place.columns !== undefined && place.columns > 0 ? { width: place.columns } : {}),
  };
}

function wantsColor(wish: Looks['color'], place: OutputPlace, environment: Environment): boolean {
  if (wish !== 'auto') return wish === 'always';
  const force = environment.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((environment.NO_COLOR ?? '') !== '') return false;
  return place.isTerminal && environment.TERM !== 'dumb';
}

/** A locale that names another encoding, or none but the plain C locale, gets ASCII; where nothing is said, UTF-8 is what there is today. */
function canUnicode(environment: Environment): boolean {
  if (environment.TERM === 'dumb') return false;
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find((value) => value !== undefined && value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}
