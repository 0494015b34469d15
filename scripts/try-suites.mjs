// How isSubschema of msgctl/compat does on the public suites of other compatibility checkers, beside what their authors expect. The suites' files
// stay where they are: name them, or folders that hold them, on the command line or in MSGCTL_SUITES (several as in PATH). Build first.
//
//   node scripts/try-suites.mjs ~/schema-registry ~/apicurio-registry
//
// Known are the files of Confluent's Schema Registry (json-schema-provider/src/test/resources/diff-*.json) and of Apicurio Registry
// (schema-util/json/…/compatibility-test-data.json). Each difference is told with the message that one schema accepts and the other
// rejects, tried by ajv. It fails where msgctl calls a pair compatible and a message is known that breaks it, or its own message does not.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { isSubschema } from '../dist/cli/compat.js';

const paths = process.argv.length > 2 ? process.argv.slice(2) : (process.env.MSGCTL_SUITES ?? '').split(delimiter).filter(Boolean);
if (paths.length === 0) {
  process.stderr.write('Name the files or folders of the suites: node scripts/try-suites.mjs PATH…\n');
  process.exit(2);
}

const NAMES = /^(diff-.*examples.*|compatibility-test-data)\.json$/;
/** Both registries read a schema that does not name its draft as this one. */
const ASSUMED = 'http://json-schema.org/draft-07/schema#';
const ANSWERS = { included: 'compatible', 'not-included': 'breaking', undecided: 'undecided' };

const questions = paths.flatMap(filesIn).flatMap(questionsOf);
if (questions.length === 0) {
  process.stderr.write(`No suite is known by these names in ${paths.join(', ')}.\n`);
  process.exit(2);
}
const judges = Object.fromEntries(
  Object.entries({ '2019-09': Ajv2019, '2020-12': Ajv2020, 'draft-06': Ajv, 'draft-07': Ajv }).map(([draft, Judge]) => [
    draft,
    () => judge(Judge),
  ]),
);
let wrong = 0;
print(refute(questions.map((question) => ({ ...question, ...answer(question) }))));
process.exit(wrong > 0 ? 1 : 0);

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => NAMES.test(basename(name)) && /src[/\\]test[/\\]|^[^/\\]+$/.test(name))
    .map((name) => join(path, name))
    .sort();
}

/** The pairs of a file as { suite, name, sender, receiver, view, expected }, by the conventions of its authors. */
function questionsOf(file) {
  // Some files have commas that JSON does not allow.
  const content = parse(readFileSync(file, 'utf8'), { logLevel: 'silent' });
  if (Array.isArray(content?.tests)) return content.tests.filter(({ enabled }) => enabled).flatMap(apicurio);
  return Array.isArray(content)
    ? content.filter((one) => one.original_schema !== undefined).flatMap((one) => confluent(one, basename(file, '.json')))
    : [];
}

/** Whether readers of the update read what the original allows: literally, and leniently, where nobody sends what is not declared. */
function confluent({ description, original_schema, update_schema, compatible, compatible_lenient = compatible }, file) {
  const [sender, receiver] = [original_schema, update_schema].map(withDraft);
  const pair = { name: `${file}: ${description}`, sender, receiver };
  return [
    { ...pair, suite: 'Confluent, strict', view: 'literal', expected: compatible },
    { ...pair, suite: 'Confluent, lenient', view: 'declared', expected: compatible_lenient },
  ];
}

/** `backward`: readers of the update read what the original allows, and not the other way round; `both`; `none`. */
function apicurio({ id, original, updated, compatibility }) {
  const [old, now] = [original, updated].map(withDraft);
  const pair = { suite: 'Apicurio', view: 'literal' };
  return [
    { ...pair, name: `${id}, backward`, sender: old, receiver: now, expected: compatibility !== 'none' },
    { ...pair, name: `${id}, forward`, sender: now, receiver: old, expected: compatibility === 'both' },
  ];
}

function withDraft(schema) {
  return typeof schema === 'object' && schema.$schema === undefined ? { $schema: ASSUMED, ...schema } : schema;
}

function judge(Judge) {
  const ajv = new Judge({ strict: false, logger: false, validateFormats: true, validateSchema: false, addUsedSchema: false });
  formats.default(ajv, { mode: 'full' });
  return ajv;
}

function answer({ sender, receiver, view }) {
  try {
    const { answer: given, witness, reason } = isSubschema(sender, receiver, { view });
    const proven = witness === undefined ? undefined : accepts(sender, witness) === true && accepts(receiver, witness) === false;
    return { answer: ANSWERS[given], witness, proven, reason };
  } catch (error) {
    return { answer: 'undecided', reason: error.message.split('\n')[0] };
  }
}

/** What ajv says of a message by the draft of the schema; undefined where it cannot read the schema. */
function accepts(schema, message) {
  const draft = Object.keys(judges).find((name) => String(schema.$schema ?? ASSUMED).includes(name));
  try {
    return judges[draft]().validate(schema, message);
  } catch {
    return undefined;
  }
}

/** Tries every message that broke some pair, and some more, on all pairs that are called compatible. Literally read, none may break one. */
function refute(answered) {
  const texts = ['', 'a', 'A', '0', 'aaaaaaaaaaaaaaaa', '2026-01-31', 'a@b.cd', 'http://a.b/'];
  const plain = [null, true, false, 0, 1, -1, 0.5, 7, 10, 1e6, ...texts, [], {}];
  const known = [
    ...plain,
    ...plain.map((value) => [value]),
    ...answered.flatMap(({ witness }) => (witness === undefined ? [] : [witness])),
  ];
  const messages = [...new Map(known.map((message) => [JSON.stringify(message), message])).values()];
  return answered.map((one) => {
    if (one.answer !== 'compatible' || one.view !== 'literal') return one;
    const broken = messages.find((message) => accepts(one.sender, message) === true && accepts(one.receiver, message) === false);
    if (broken === undefined) return { ...one, tried: messages.length };
    wrong += 1;
    return { ...one, refuted: true, witness: broken, proven: true };
  });
}

function print(answered) {
  const suites = [...new Set(answered.map(({ suite }) => suite))];
  row('', ['pairs', 'correct', 'breaking called compatible', 'compatible called breaking', 'undecided']);
  for (const suite of suites) {
    const ours = answered.filter((one) => one.suite === suite);
    const count = (is, expected) => ours.filter((one) => one.answer === is && one.expected === expected).length;
    const correct = count('compatible', true) + count('breaking', false);
    const share = `${((100 * correct) / ours.length).toFixed(1)} %`;
    row(suite, [
      ours.length,
      share,
      count('compatible', false),
      count('breaking', true),
      count('undecided', true) + count('undecided', false),
    ]);
  }
  const differs = ({ answer: given, expected, refuted }) => refuted || given !== (expected ? 'compatible' : 'breaking');
  for (const one of answered.filter(differs)) tell(one);
}

function row(name, cells) {
  process.stdout.write(`${name.padEnd(22)}${cells.map((cell) => String(cell).padStart(Math.max(9, String(cell).length + 2))).join('')}\n`);
}

function tell({ suite, name, view, sender, receiver, expected, answer: given, witness, proven, reason, tried }) {
  const shown = (schema) => JSON.stringify(schema, (key, value) => (key === '$schema' ? undefined : value));
  process.stdout.write(`\n${suite}: ${name}\n  expected ${expected ? 'compatible' : 'breaking'}, msgctl says ${given} (${view})\n`);
  process.stdout.write(`  sender   ${shown(sender)}\n  receiver ${shown(receiver)}\n`);
  if (witness !== undefined)
    process.stdout.write(`  message  ${JSON.stringify(witness)}: ${proven ? 'sent and rejected' : 'NOT PROVEN'}, as ajv says\n`);
  if (tried !== undefined)
    process.stdout.write(
      `  ${tried} messages were tried on it, and none is accepted by the sender's schema and rejected by the receiver's\n`,
    );
  if (reason !== undefined) process.stdout.write(`  because  ${reason}\n`);
  if (witness !== undefined && !proven) wrong += 1;
}
