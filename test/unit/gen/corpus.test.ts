/**
 * Generated types and validators are right for every schema of test/cases/types: the compiler is asked about messages that a schema accepts and
 * about mutants of them, and ajv alone tells what it should answer (see test/support/expressible.ts).
 */
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { narrowReads } from '../../../src/contract/narrow-reads.ts';
import { generateCode } from '../../../src/gen/generate.ts';
import { participationsOf } from '../../../src/gen/participation.ts';
import { planTypes } from '../../../src/gen/type-plan.ts';
import { bundleSchema } from '../../../src/payload/bundle.ts';
import { useExactMultiples } from '../../../src/payload/multiples.ts';
import type { Validator } from '../../../src/runtime/validation.ts';
import type { JsonValue } from '../../../src/source/json.ts';
import { declarationOf, unsaidKeywords } from '../../support/declared-keywords.ts';
import { expressible } from '../../support/expressible.ts';
import { loadValidators } from '../../support/generated.ts';
import { type Answers, askCompiler, createAjv, stripUndeclared } from '../../support/judge-types.ts';
import { loadSystem } from '../../support/load-system.ts';
import { mutateMessage } from '../../support/mutate-message.ts';
import { runs } from '../../support/size.ts';
import { type CorpusCase, caseType, corpusProject, readCorpus } from '../../support/type-corpus.ts';

/** How many mutants of a case are tried, besides the messages that are written down. */
const MUTANTS = runs(40, 3_000);

/** A case with all that ajv says of it. */
type Subject = CorpusCase & {
  /** The interaction that it is the message of. */
  readonly id: string;
  readonly module: string;
  readonly type: string;
  /** What is sent, and what is received. */
  readonly sent: ValidateFunction;
  readonly received: ValidateFunction;
  /** Which messages the type must admit, and which it may. */
  readonly least: ValidateFunction;
  readonly most: ValidateFunction;
  /** Whatever the expressible part of the schema admits, read as the schema is. */
  readonly part: ValidateFunction;
  readonly messages: readonly JsonValue[];
};

const corpus = readCorpus();
const system = await loadSystem(corpusProject(corpus));
const files = await generateCode(system);
const subjects = await describeSubjects();

async function describeSubjects(): Promise<readonly Subject[]> {
  const ajv = createAjv();
  await useExactMultiples(ajv);
  return corpus.flatMap(({ service, cases }) =>
    cases.map((given, number): Subject => {
      const location = { file: `contracts/${service}.yaml`, pointer: `/types/${caseType(number)}` };
      const sender = bundleSchema(system.documents, location, 'sender');
      const part = expressible(sender, 'schema');
      const [least, most] = [ajv.compile(expressible(sender, 'least')), ajv.compile(expressible(sender, 'most'))];
      const sent = ajv.compile({ ...sender });
      const mutants = sample(given.accepts.flatMap(mutateMessage), MUTANTS);
      const written = [...given.accepts, ...given.refuses, ...mutants];
      const stripped = written.flatMap((message) => (sent(message) ? [stripUndeclared(least, message) ?? message] : []));
      return {
        ...given,
        id: `${service}.${caseType(number).toLowerCase()}`,
        module: `out/types/${service}.js`,
        type: caseType(number),
        sent,
        received: ajv.compile({ ...bundleSchema(system.documents, location, 'receiver') }),
        least,
        most,
        part: ajv.compile(part),
        messages: [...new Map([...written, ...stripped].map((message) => [JSON.stringify(message), message])).values()],
      };
    }),
  );
}

/** At most so many, evenly over all. */
function sample<T>(all: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, index) => all[Math.floor(index * step)] as T);
}

function failures(find: (subject: Subject, message: JsonValue) => string | undefined): readonly string[] {
  return subjects.flatMap((subject) =>
    subject.messages.flatMap((message) => {
      const problem = find(subject, message);
      return problem === undefined ? [] : [`${subject.title}: ${JSON.stringify(message)} ${problem}`];
    }),
  );
}

describe('the corpus', () => {
  test('holds what it says: at least 300 schemas, with messages that they accept and refuse', () => {
    expect(subjects.length).toBeGreaterThanOrEqual(300);
    const wrong = subjects.flatMap(({ title, accepts, refuses, sent }) => [
      ...accepts.filter((message) => !sent(message)).map((message) => `${title} refuses ${JSON.stringify(message)}`),
      ...refuses.filter((message) => sent(message)).map((message) => `${title} accepts ${JSON.stringify(message)}`),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe('types', () => {
  let answers: Answers;
  const admitted = new Map<Subject, ReadonlySet<JsonValue>>();
  beforeAll(() => {
    const assignments = subjects.flatMap(({ module, type, messages }) => messages.map((message) => ({ module, type, message })));
    answers = askCompiler(files, assignments);
    let at = 0;
    for (const subject of subjects) admitted.set(subject, new Set(subject.messages.filter(() => answers.admitted[at++])));
  }, 60_000);

  test('compile', () => {
    expect(answers.otherwise).toBe('');
  });

  test('never promise more than the schema, but for what decision 8 excepts', () => {
    expect(
      failures(({ sent, part }, message) => (sent(message) && !part(message) ? 'is refused by the part that types say' : undefined)),
    ).toEqual([]);
  });

  test('admit what they can tell to be right', () => {
    expect(
      failures((subject, message) => (subject.least(message) && !admitted.get(subject)?.has(message) ? 'is not assignable' : undefined)),
    ).toEqual([]);
  });

  test('refuse what they can tell to be wrong', () => {
    expect(
      failures((subject, message) => (!subject.most(message) && admitted.get(subject)?.has(message) ? 'is assignable' : undefined)),
    ).toEqual([]);
  });

  test('name in their JSDoc what they cannot say', () => {
    const missing = subjects.flatMap(({ title, module, type, schema }) => {
      const text = files.find(({ path }) => path === module.replace(/js$/, 'ts'))?.text ?? '';
      const declaration = declarationOf(text, type);
      return [...unsaidKeywords(schema)].flatMap(([keyword, words]) =>
        words.test(declaration) ? [] : [`${title}: ${keyword}\n${declaration}`],
      );
    });
    expect(missing).toEqual([]);
  });
});

describe('validators', () => {
  test.each(system.contracts)('of $service say of every message what ajv says in memory', async (contract) => {
    const code = files.find(({ path }) => path === `out/${contract.service}.validators.js`);
    const validators = code ? await loadValidators(code) : {};
    const plan = planTypes(narrowReads(system, system.contracts), system.contracts);
    const wrong: string[] = [];
    for (const { interaction, side, payloads } of participationsOf(system, contract, plan)) {
      for (const { validator } of payloads) {
        const subject = subjects.find(({ id }) => id === interaction.id);
        const validate = validators[validator] as Validator<unknown>;
        const oracle = side === 'sender' ? subject?.sent : subject?.received;
        for (const message of subject?.messages ?? []) {
          if (validate(message) !== oracle?.(message)) wrong.push(`${subject?.title}: ${JSON.stringify(message)} (${side})`);
        }
        if (!subject) wrong.push(`${validator} is of no case`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
