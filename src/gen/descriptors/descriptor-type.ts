import type { Interaction, Pattern } from '../../contract/model.ts';
import { indent, LINE_WIDTH, type Module, relativeSpecifier } from '../code.ts';
import { deprecationTag } from '../deprecation.ts';
import type { ParticipatingPayload, Participation } from '../participation.ts';
import { propertyKey, quoteText } from '../text.ts';
import { errorsOf, hasAnswers, responseOf } from './describe-participation.ts';

/** The runtime's type of each pattern. */
const DESCRIPTOR_TYPES: Readonly<Record<Pattern, string>> = {
  'request-response': 'RequestResponse',
  'async-request-response': 'AsyncRequestResponse',
  notification: 'Notification',
  'publish-subscribe': 'PublishSubscribe',
  'publish-async-responses': 'PublishAsyncResponses',
};

/**
 * The type of a descriptor, which carries the types of its payloads: `AsyncRequestResponse<'receiver', { request: …; … }>`. `errorType` gives that of an error
 * from the type of what is said with it.
 */
export function descriptorType(
  module: Module,
  { interaction, side, payloads, responders }: Participation,
  errorType: (code: string, data: () => string) => string,
): readonly string[] {
  const nameOf = (payload: ParticipatingPayload): string =>
    module.useType(relativeSpecifier(module.path, payload.type.path), payload.type.name);
  const members: string[] = [];
  for (const payload of payloads) {
    if (payload.role === 'request' || payload.role === 'message' || payload.role === 'headers')
      members.push(`${payload.role}: ${nameOf(payload)}`);
  }
  if (interaction.pattern === 'publish-async-responses') {
    const responses = responders.flatMap((service) => {
      const payload = responseOf(payloads, service);
      return payload ? [`${propertyKey(service)}: ${nameOf(payload)}`] : [];
    });
    members.push(`responses: ${objectType(responses)}`);
  }
  const response = payloads.find(({ role }) => role === 'response');
  if (response && interaction.pattern !== 'publish-async-responses') members.push(`response: ${nameOf(response)}`);
  if (hasAnswers(interaction)) {
    members.push(
      `errors: ${objectType(errorsOf(payloads).map(([code, payload]) => `${propertyKey(code)}: ${errorType(code, () => nameOf(payload))}`))}`,
    );
  }
  const name = module.useType('msgctl/runtime', DESCRIPTOR_TYPES[interaction.pattern]);
  const trait = traitOf(interaction);
  const flat = `${name}<${[quoteText(side), objectType(members), ...trait].join(', ')}>`;
  if (flat.length <= TYPE_WIDTH) return [flat];
  const payloadLines = ['{', ...indent(members.map((member) => `${member};`)), trait.length > 0 ? '},' : '}'];
  return [`${name}<`, ...indent([`${quoteText(side)},`, ...payloadLines, ...trait]), '>'];
}

/** What changes who handles what, where it is not as usual. */
function traitOf({ pattern, reply, delivery }: Interaction): readonly string[] {
  if (pattern === 'async-request-response' && reply === 'durable') return ["{ reply: 'durable' }"];
  return (pattern === 'publish-subscribe' || pattern === 'notification') && delivery.tombstone === true ? ['{ tombstone: true }'] : [];
}

/** The widest type on one line: room is left for its name and two levels of indentation. */
const TYPE_WIDTH = LINE_WIDTH - 30;

/** What is said of an interaction in JSDoc. */
export function describeInteraction({ description, deprecated }: Interaction): readonly string[] {
  return [...(description === undefined ? [] : [description]), ...(deprecated ? [deprecationTag(deprecated)] : [])];
}

/** An object type on one line; `{}` would accept anything, so one without members has none. */
function objectType(members: readonly string[]): string {
  return members.length === 0 ? 'Readonly<Record<never, never>>' : `{ ${members.join('; ')} }`;
}
