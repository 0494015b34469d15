/** What a package.json that is there already needs so that the new project works in it. Pure. */
import { isObject, type JsonValue, ownProperty } from '../../source/json.ts';

/** How to go on with a package.json that was kept: the command lines, and sentences about what they do not say. */
export type Completion = { readonly commands: readonly string[]; readonly notes: readonly string[] };

/** Where packages can be named. */
const DEPENDENCY_KEYS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** Compares a package.json that was kept with the one that would have been written: what is missing is added by the commands, then the tests are run. */
export function completePackage(kept: string | null, wanted: string): Completion {
  const there = parsed(kept ?? '');
  const ours = parsed(wanted);
  if (!isObject(there)) {
    return { commands: [], notes: ['package.json cannot be read. Mend it, then see in an empty folder what msgctl init would write.'] };
  }
  const isModule = ownProperty(there, 'type') === 'module';
  const scripts = entriesOf(ours, 'scripts');
  const own = new Map(entriesOf(there, 'scripts'));
  const replaced = scripts.filter(([name, text]) => own.has(name) && own.get(name) !== text);
  const moved = onlyForDevelopment(there, ours);
  const settings = [
    ...(isModule ? [] : ['type=module']),
    ...moved.map(([name, version]) => `dependencies.${name}="${version}"`),
    ...scripts.filter(([name]) => !own.has(name)).map(([name, text]) => `scripts.${name}="${text}"`),
  ];
  return {
    commands: [
      ...(settings.length === 0 ? [] : [`npm pkg set ${settings.join(' ')}`]),
      ...moved.map(([name]) => `npm pkg delete devDependencies.${name}`),
      ...installs(there, ours),
      // A script that stays under its name is run as it would have been written.
      ...['test', 'plan'].map((name) => {
        const [, text] = replaced.find(([other]) => other === name) ?? [];
        return text === undefined ? (name === 'test' ? 'npm test' : `npm run ${name}`) : text.replace(/^(?=tsc|msgctl)/, 'npx ');
      }),
    ],
    notes: [
      ...(isModule
        ? []
        : [
            'Generated code is ES modules, and package.json has no "type": "module". Where other code here must stay as it is, make the project in a folder of its own: msgctl init FOLDER.',
          ]),
      ...replaced.map(([name]) => `The script "${name}" of package.json stays as it is.`),
      ...moved.map(
        ([name]) => `${name} is among the devDependencies. Generated code imports it when it runs, so it belongs to the dependencies.`,
      ),
    ],
  };
}

/** What code needs when it runs, and is there for development only: with the versions that are there. */
function onlyForDevelopment(there: JsonValue, ours: JsonValue): readonly (readonly [name: string, version: string])[] {
  const others = new Set(
    DEPENDENCY_KEYS.filter((key) => key !== 'devDependencies').flatMap((key) => entriesOf(there, key).map(([name]) => name)),
  );
  const needed = new Set(entriesOf(ours, 'dependencies').map(([name]) => name));
  return entriesOf(there, 'devDependencies').filter(([name]) => needed.has(name) && !others.has(name));
}

function installs(there: JsonValue, ours: JsonValue): readonly string[] {
  const named = new Set(DEPENDENCY_KEYS.flatMap((key) => entriesOf(there, key).map(([name]) => name)));
  const missing = (key: string) => entriesOf(ours, key).flatMap(([name, version]) => (named.has(name) ? [] : [`${name}@${version}`]));
  const [packages, tools] = [missing('dependencies'), missing('devDependencies')];
  const commands = [
    ...(packages.length === 0 ? [] : [`npm install --save-exact ${packages.join(' ')}`]),
    ...(tools.length === 0 ? [] : [`npm install --save-dev --save-exact ${tools.join(' ')}`]),
  ];
  return commands.length === 0 ? ['npm install'] : commands;
}

function entriesOf(value: JsonValue, key: string): readonly (readonly [string, string])[] {
  const part = ownProperty(value, key);
  return isObject(part) ? Object.entries(part).filter((entry): entry is [string, string] => typeof entry[1] === 'string') : [];
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
