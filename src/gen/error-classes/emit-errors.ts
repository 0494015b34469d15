import { createModule, relativeSpecifier } from '../code.ts';
import type { Emitter, GeneratedFile, Generation } from '../emitter.ts';
import type { PlannedError, PlannedErrors } from '../error-plan.ts';
import { contractHeader, scriptHeader } from '../header.ts';
import { errorsPath } from '../layout.ts';
import { jsDoc, quoteText } from '../text.ts';

/** One module for each contract that declares errors: a class for each code, to be thrown and to be told by `instanceof`. */
export const errorsEmitter: Emitter = {
  id: 'errors',
  describes: 'classes of the errors that contracts declare',
  emit: async ({ errors }: Generation) => errors.modules.flatMap((planned) => [emitCode(planned), emitTypes(planned)]),
};

const RUNTIME = 'msgctl/runtime/errors';

/** Classes and nothing else: none does anything until it is used, so that a bundler leaves out what is not. */
function emitCode({ contract, errors }: PlannedErrors): GeneratedFile {
  const path = errorsPath(contract.service).code;
  const module = createModule(path, namesOf(errors));
  for (const { name, code } of errors) {
    module.print(
      `export class ${name} extends ${module.use(RUNTIME, 'MessageError')} {`,
      `  name = ${quoteText(name)};`,
      '',
      '  constructor(data, options) {',
      `    super(${quoteText(code)}, data, options);`,
      '  }',
      '}',
      '',
    );
  }
  return { path, text: module.render(scriptHeader(contract)) };
}

function emitTypes({ contract, errors }: PlannedErrors): GeneratedFile {
  const path = errorsPath(contract.service).types;
  const module = createModule(path, namesOf(errors));
  for (const error of errors) {
    const types = error.data.map((type) => module.useType(relativeSpecifier(path, type.path), type.name));
    const union = types.join(' | ');
    const [parameter, data] = types.length > 1 ? [`<Data extends ${union} = ${union}>`, 'Data'] : ['', union];
    const base = `${module.use(RUNTIME, 'MessageError')}<${quoteText(error.code)}, ${data}>`;
    module.print(
      ...jsDoc([describeError(error)]),
      `export declare class ${error.name}${parameter} extends ${base} {`,
      `  constructor(data: ${data}, options?: ${module.useType(RUNTIME, 'MessageErrorOptions')});`,
      '}',
      '',
    );
  }
  return { path, text: module.render(contractHeader(contract)) };
}

function namesOf(errors: readonly PlannedError[]): readonly string[] {
  return errors.map(({ name }) => name);
}

function describeError({ code, interactions }: PlannedError): string {
  const last = interactions.at(-1) ?? '';
  const all = interactions.length > 1 ? `${interactions.slice(0, -1).join(', ')} and ${last}` : last;
  return `Error \`${code}\` of ${all}.`;
}
