/** Which service something on a broker belongs to: what `--service` says, else who consumes it, else its name. */
import { Failure } from '../../diagnostics/failure.ts';
import { kebabName, nameWords } from './names.ts';

/** One `--service`: everything whose name the glob matches, or holds the service's own name, is that service's. */
export type ServiceRule = { readonly service: string; readonly glob?: string };

/** A service and how it was found; `because` completes "The service is guessed …". */
export type Guess = { readonly service: string; readonly because: string };

/** Words that say what a thing is, and not whose. */
const IDLE_WORDS = new Set(
  'ex exch exchange queue queues q topic topics stream streams event events message messages msg inbox outbox dlx dlq amq direct fanout headers prod production dev stage staging test svc'.split(
    ' ',
  ),
);

/** Reads a `--service`: `billing`, or `billing=billing.*`. Throws `Failure`. */
export function readServiceRule(text: string): ServiceRule {
  const [service = '', ...rest] = text.split('=');
  if (kebabName(service) === service && service !== '' && (rest.length === 0 || rest.join('=') !== '')) {
    return rest.length === 0 ? { service } : { service, glob: rest.join('=') };
  }
  throw new Failure('bad-usage', {
    message: `--service ${JSON.stringify(text)} cannot be used.`,
    why: 'It says which service the things on the broker belong to whose names match.',
    advice:
      'Write a service in kebab-case, and where its name is not in theirs a glob: --service billing, or --service "billing=invoice*".',
  });
}

/** The service that something of this name belongs to. `consumers` are the names of connections or clients that take from it; `besides` is a service that it cannot well be. */
export function guessService(
  name: string,
  rules: readonly ServiceRule[],
  { consumers = [], besides }: { readonly consumers?: readonly string[]; readonly besides?: string } = {},
): Guess {
  const words = nameWords(name);
  const rule = rules.find(({ service, glob }) => (glob === undefined ? holdsWords(words, service.split('-')) : matchesGlob(name, glob)));
  if (rule) return { service: rule.service, because: `by --service ${rule.service}` };
  const stems = new Set(consumers.map(clientStem));
  const [stem] = stems;
  if (stems.size === 1 && stem) return { service: stem, because: 'by the connections that consume it' };
  const segments = segmentsOf(name).filter((segment) => segment !== besides);
  return { service: segments[0] ?? besides ?? 'unnamed', because: 'by its name' };
}

/** The parts of a name between its strongest separators, as services, without those that only say what it is. */
function segmentsOf(name: string): readonly string[] {
  const separator = [/[./:|]+/, /_+/, /[^\p{L}\p{N}]+/u].find((candidate) => candidate.test(name.replace(/^\W+|\W+$/g, '')));
  const parts = separator ? name.split(separator) : [name];
  return parts
    .map((part) =>
      kebabName(
        nameWords(part)
          .filter((word) => !IDLE_WORDS.has(word))
          .join('-'),
      ),
    )
    .filter((part) => part !== '');
}

/** `billing-worker@host-2:5672` and `billing-worker-1` are both `billing-worker`. */
function clientStem(client: string): string {
  const [first = ''] = client.split(/[@:#/|\s[(]/);
  return kebabName(first.replace(/[-_.]?(?:\d+|[0-9a-f]{8,}(?:-[0-9a-f]+)*)$/i, ''));
}

function holdsWords(words: readonly string[], wanted: readonly string[]): boolean {
  return words.some((_, at) => wanted.every((word, index) => words[at + index] === word));
}

/** Whether a name matches any of the globs, or there are none. */
export function isAmong(name: string, globs: readonly string[]): boolean {
  return globs.length === 0 || globs.some((glob) => matchesGlob(name, glob));
}

/** `*` stands for any text, `?` for one character; nothing else means anything. In linear time for any name. */
export function matchesGlob(text: string, glob: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (glob[in_] === '*') [star, mark, in_] = [in_, at, in_ + 1];
    else if (in_ < glob.length && (glob[in_] === '?' || glob[in_] === text[at])) [at, in_] = [at + 1, in_ + 1];
    else if (star >= 0) {
      mark += 1;
      [at, in_] = [mark, star + 1];
    } else return false;
  }
  return [...glob.slice(in_)].every((character) => character === '*');
}
