import { Failure } from '../../diagnostics/failure.ts';
import { paragraph } from '../../report/prose.ts';
import type { Session } from '../session.ts';
import { BROKER_KINDS, type BrokerKind, CI_KINDS, type CiKind, nameProblem, type Starter } from './starter.ts';

/** What flags say of a new project. */
export type StarterWish = {
  readonly name?: string | undefined;
  readonly brokers?: readonly string[] | undefined;
  readonly ci?: string | undefined;
  /** Whether what no flag says is left to the defaults without asking. */
  readonly yes: boolean;
};

/** One question: what is asked, the answer of those who only press Enter, and how an answer is understood. */
type Question<Answer> = {
  readonly words: string;
  readonly otherwise: string;
  /** The answer, or what is wrong with it in a sentence. */
  read(text: string): { readonly answer: Answer } | { readonly problem: string };
};

/** Asks for what flags do not say, where somebody is there to answer. Undefined when interrupted. Throws a `Failure` for a flag that is wrong. */
export async function askStarter(session: Session, wish: StarterWish, suggested: string): Promise<Starter | undefined> {
  const asks = session.host.canAsk && !wish.yes;
  const questions = { name: nameQuestion(suggested), brokers: brokersQuestion, ci: ciQuestion };
  // Wrong flags are told before the first question.
  const said = {
    name: wish.name === undefined ? undefined : understood('--name', questions.name, wish.name),
    brokers: wish.brokers === undefined ? undefined : understood('--transport', questions.brokers, wish.brokers.join(',')),
    ci: wish.ci === undefined ? undefined : understood('--ci', questions.ci, wish.ci),
  };
  const name = said.name ?? (await settle(session, questions.name, asks));
  if (name === undefined) return undefined;
  const brokers = said.brokers ?? (await settle(session, questions.brokers, asks));
  if (brokers === undefined) return undefined;
  const ci = said.ci ?? (await settle(session, questions.ci, asks));
  return ci && { name, brokers, ci };
}

function nameQuestion(suggested: string): Question<string> {
  return {
    words: 'Name of the project',
    otherwise: suggested,
    read: (text) => {
      const problem = nameProblem(text);
      return problem === undefined ? { answer: text } : { problem };
    },
  };
}

const brokersQuestion: Question<readonly BrokerKind[]> = {
  words: `Brokers, one or several of ${BROKER_KINDS.join(', ')}`,
  otherwise: 'rabbitmq',
  read: (text) => {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    const unknown = words.find((word) => !BROKER_KINDS.some((kind) => kind === word.toLowerCase()));
    if (unknown !== undefined || words.length === 0)
      return {
        problem: `${unknown === undefined ? 'One is needed' : `${JSON.stringify(unknown)} is none of them`}: ${BROKER_KINDS.join(', ')}.`,
      };
    return { answer: BROKER_KINDS.filter((kind) => words.some((word) => word.toLowerCase() === kind)) };
  },
};

const ciQuestion: Question<CiKind> = {
  words: `Checks in CI: ${CI_KINDS.join(', ')}`,
  otherwise: 'github',
  read: (text) => {
    const answer = CI_KINDS.find((kind) => kind === text.toLowerCase());
    return answer === undefined ? { problem: `${JSON.stringify(text)} is none of ${CI_KINDS.join(', ')}.` } : { answer };
  },
};

/** The answer to a question: asked for until it can be understood, or the one of those who do not care. Undefined when interrupted. */
async function settle<Answer>({ host, journeyStyle }: Session, question: Question<Answer>, asks: boolean): Promise<Answer | undefined> {
  for (;;) {
    const typed = asks ? await host.ask(`${question.words} [${question.otherwise}]: `) : '';
    if (typed === undefined) return undefined;
    const result = question.read(typed.trim() === '' ? question.otherwise : typed.trim());
    if ('answer' in result) return result.answer;
    host.journey.write(`${paragraph(journeyStyle, 2, result.problem)}\n`);
  }
}

function understood<Answer>(flag: string, question: Question<Answer>, text: string): Answer {
  const result = question.read(text);
  if ('answer' in result) return result.answer;
  throw new Failure('bad-usage', { message: `${flag} ${JSON.stringify(text)} cannot be used.`, advice: result.problem });
}
