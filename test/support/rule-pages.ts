/** The page of a rule, taken apart. */
export type RulePage = {
  readonly title: string;
  /** `error · shape` */
  readonly kind: string;
  readonly describes: string;
  /** What stands under each heading, in the order of the page. */
  readonly sections: ReadonlyMap<string, string>;
};

/** Takes a page of docs/rules apart; what does not have the form of one throws. */
export function parseRulePage(text: string): RulePage {
  const [head = '', ...rest] = text.split(/^## /m);
  const [, title, kind, describes] = /^# ([^\n]+)\n\n([^\n]+)\n\n(.+?)\n\n$/s.exec(head) ?? [];
  if (title === undefined || kind === undefined || describes === undefined)
    throw new Error('A page begins with "# id", "severity · family" and one sentence, an empty line after each.');
  const sections = rest.map((section): readonly [string, string] => {
    const end = section.indexOf('\n');
    return [section.slice(0, end).trim(), section.slice(end + 1).trim()];
  });
  return { title, kind, describes: describes.replace(/\s*\n\s*/g, ' '), sections: new Map(sections) };
}

/** The project of a page that brings none of its own. */
const PROJECT = `msgctl: 1
project: school
contracts: contracts/**/*.yaml
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost', management: 'http://localhost:15672' }
  log: { kind: kafka, brokers: 'localhost:9092' }
  quick: { kind: redis, url: 'redis://localhost' }
  web: { kind: http, discovery: { kind: dns, port: 8080 } }
  rpc: { kind: grpc, discovery: { kind: dns, port: 9090 } }
`;

/** The YAML blocks of a section as the files of a project: a first line `# contracts/shop.yaml` names a file, else it is `contracts/example.yaml`. */
export function projectOf(section: string): Readonly<Record<string, string>> {
  const blocks = [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error('There is no block of YAML.');
  const files = blocks.map((block): readonly [string, string] => {
    const [, path = 'contracts/example.yaml'] = /^# (\S+\.yaml)\n/.exec(block) ?? [];
    return [path, block];
  });
  const paths = new Set(files.map(([path]) => path));
  if (paths.size < files.length) throw new Error('Each of several blocks needs a first line that names its file.');
  return { 'msgctl.yaml': PROJECT, ...Object.fromEntries(files) };
}
