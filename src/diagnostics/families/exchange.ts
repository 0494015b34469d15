import { quoteText } from '../../source/quote.ts';
import { row } from '../row.ts';
import { adviseName, nearest, oneOf } from '../suggest.ts';

type Unknown = { readonly written: string; readonly known: readonly string[] };
type Named = { readonly interaction: string };

/** Findings about who exchanges what with whom, and over what. */
export const EXCHANGE_ROWS = {
  'duplicate-service': row<{ readonly service: string; readonly first: string }>({
    severity: 'error',
    describes: 'Two files describe the same service.',
    message: ({ service, first }) => `${service} is described in ${first} already.`,
    why: () => 'Two files could say different things of one service.',
    advice: () => 'Move both into one file, or give one of them another name.',
  }),
  'reserved-name': row<{ readonly name: string }>({
    severity: 'error',
    describes: 'A service or an interaction is called by a word that derived addresses use.',
    message: ({ name }) => `${quoteText(name)} is reserved.`,
    why: () => 'Derived queues, topics and streams use this word, and two of them could get one name.',
    advice: ({ name }) => `Use a longer name, such as ${quoteText(`${name}-notes`)}.`,
  }),
  'unportable-name': row<{ readonly name: string }>({
    severity: 'warning',
    describes: 'A service is called by a name that no file can have on Windows.',
    message: ({ name }) => `Windows has no files called ${quoteText(name)}.`,
    why: () => 'Generated files are called after their service, and nobody could check them out there.',
    advice: ({ name }) => `Use a longer name, such as ${quoteText(`${name}-service`)}.`,
  }),
  'renamed-from-provided': row<{ readonly id: string; readonly former: string }>({
    severity: 'warning',
    describes: 'An interaction is said to be renamed from one that is still provided.',
    message: ({ id, former }) => `${former} is still provided, so ${id} is not the same under another name.`,
    why: () => 'msgctl diff compares each with what it was called itself, and takes the new one for new.',
    advice: () => 'Remove "renamed-from", or the interaction that it names.',
  }),
  'missing-transport': row<Named & { readonly carriers: readonly string[] }>({
    severity: 'error',
    describes: 'An interaction does not say what carries its messages.',
    message: ({ interaction }) => `${interaction} has no transport.`,
    why: () => 'Nothing says what carries its messages.',
    advice: ({ carriers }) =>
      carriers.length > 0
        ? `Add ${quoteText(`via: ${carriers[0]}`)}${carriers.length > 1 ? `; ${oneOf(carriers.slice(1))} would carry it too` : ''}.`
        : 'Add a transport to msgctl.yaml, and name it here with "via".',
  }),
  'via-beside-channel': row<Named & { readonly channel: string }>({
    severity: 'error',
    describes: 'An interaction names a channel, and a transport beside it.',
    message: ({ interaction }) => `${interaction} names a channel and a transport.`,
    why: ({ channel }) => `The channel ${channel} has a transport already, and one of the two would be ignored.`,
    advice: () => 'Leave "via" out.',
  }),
  'unknown-transport': row<Unknown>({
    severity: 'error',
    describes: 'A transport is named that the project file does not have.',
    message: ({ written }) => `There is no transport ${quoteText(written)}.`,
    why: () => 'Nothing says where its messages go.',
    advice: ({ written, known }) => adviseName(written, known, 'Add it to "transports" in msgctl.yaml.'),
  }),
  'unknown-channel': row<Unknown>({
    severity: 'error',
    describes: 'A channel is named that its file does not have.',
    message: ({ written }) => `There is no channel ${quoteText(written)}.`,
    why: () => 'Nothing says where its messages go.',
    advice: ({ written, known }) => adviseName(written, known, 'Add it to "channels" of this file.'),
  }),
  'transport-without-kind': row<{ readonly name: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'An environment speaks of a transport that the project file does not have, and does not say its kind.',
    message: ({ name }) => `The transport ${quoteText(name)} of this environment has no kind.`,
    why: () => 'An environment changes transports that are there, or brings whole ones of its own.',
    advice: ({ name, known }) => `${adviseName(name, known, '')} For a new transport add "kind".`.trim(),
  }),
  'unknown-service': row<Unknown & { readonly asked: 'code' | 'user' }>({
    severity: 'error',
    describes: 'The project file names a service that no contract describes.',
    message: ({ written }) => `There is no service ${quoteText(written)}.`,
    why: ({ asked }) =>
      asked === 'code' ? 'Nothing could be generated for it.' : 'Without a contract nobody knows what its user must be able to do.',
    advice: ({ written, known }) => adviseName(written, known, 'Add its contract, or remove it here.'),
  }),
  'pattern-not-carried': row<{
    readonly pattern: string;
    readonly transport: string;
    readonly kind: string;
    readonly carriers: readonly string[];
    readonly kinds: readonly string[];
  }>({
    severity: 'error',
    describes: 'A pattern is put on a kind of transport that cannot carry it.',
    message: ({ pattern, transport, kind }) => `${transport} (${kind}) cannot carry ${pattern}.`,
    why: ({ kind }) =>
      kind === 'http' || kind === 'grpc'
        ? `Over ${kind} both sides must be there at the same time, and one answer comes from one service.`
        : 'Who waits for an answer at once should not wait for a queue: that is what the synchronous pattern promises.',
    advice: ({ carriers, kinds }) =>
      carriers.length > 0 ? `Use ${oneOf(carriers)}, or another pattern.` : `Use a transport of kind ${oneOf(kinds)}, or another pattern.`,
  }),
  'missing-payload': row<Named & { readonly pattern: string; readonly payload: string }>({
    severity: 'error',
    describes: 'An interaction lacks a payload that its pattern needs.',
    message: ({ interaction, payload }) => `${interaction} has no ${payload}.`,
    why: ({ pattern, payload }) => `Every ${pattern} has a ${payload}, and nothing says what this one looks like.`,
    advice: ({ payload }) => `Add "${payload}" with a schema; { type: object } for one without properties.`,
  }),
  'key-not-of-pattern': row<{ readonly key: string; readonly pattern: string; readonly patterns: readonly string[] }>({
    severity: 'error',
    describes: 'A key is written that means nothing with the pattern of its interaction.',
    message: ({ key, pattern }) => `${quoteText(key)} has no meaning with ${pattern}.`,
    why: () => 'It would be ignored, and whoever wrote it relies on it.',
    advice: ({ key, patterns }) => `Remove it, or use a pattern that has "${key}": ${oneOf(patterns)}.`,
  }),
  'key-not-of-transport': row<{
    readonly key: string;
    readonly transport: string;
    readonly kind: string;
    readonly kinds: readonly string[];
  }>({
    severity: 'error',
    describes: 'A key is written that means nothing on the kind of transport it stands with.',
    message: ({ key, transport, kind }) => `${quoteText(key)} has no meaning on ${transport} (${kind}).`,
    why: () => 'It would be ignored, and whoever wrote it relies on it.',
    advice: ({ kinds }) => `Remove it, or use a transport of kind ${oneOf(kinds)}.`,
  }),
  'response-and-responses': row<Named>({
    severity: 'error',
    describes: 'An interaction has one response for all and one for each responder.',
    message: ({ interaction }) => `${interaction} has both "response" and "responses".`,
    why: () => 'Nothing says which of them holds for a responder.',
    advice: () => 'Keep "response" where all answer alike, "responses" where each has a shape of its own.',
  }),
  'missing-timeout': row<Named & { readonly service: string; readonly gathers: boolean }>({
    severity: 'error',
    describes: 'Somebody waits for an answer, and nothing says for how long.',
    message: ({ interaction }) => `${interaction} has no timeout.`,
    why: ({ service, gathers }) =>
      gathers
        ? `${service} would wait for ever for a responder that is down.`
        : `Whoever calls it would wait for ever when ${service} is down.`,
    advice: () => 'Add "timeout: 5s", the time within which an answer is worth having.',
  }),
  'timeout-too-long': row<{ readonly id: string; readonly own: string; readonly theirs: string }>({
    severity: 'error',
    describes: 'A user waits longer than the provider works on an answer.',
    message: ({ id, own, theirs }) => `The timeout ${own} is longer than that of ${id}, ${theirs}.`,
    why: () => 'The provider gives up before, so nobody would answer in the time between.',
    advice: ({ theirs }) => `Leave it out for ${theirs}, or write a shorter one.`,
  }),
  'unknown-responder': row<{ readonly service: string; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'The answer of a service is awaited that no contract describes.',
    message: ({ service }) => `There is no service ${quoteText(service)} to answer.`,
    why: () => 'The answer of a service that does not exist would be awaited until the timeout, each time.',
    advice: ({ service, known }) => adviseName(service, known, 'Add its contract, or remove it from the responders.'),
  }),
  'responder-not-using': row<{ readonly service: string; readonly id: string; readonly declines: boolean }>({
    severity: 'error',
    describes: 'The answer of a service is awaited that does not use the interaction, or declines to answer.',
    message: ({ service, id, declines }) => (declines ? `${service} uses ${id} with "respond: false".` : `${service} does not use ${id}.`),
    why: () => 'Its answer would be awaited until the timeout, each time.',
    advice: ({ service, id, declines }) =>
      declines
        ? `Remove "respond: false" there, or ${service} here.`
        : `Add ${quoteText(id)} to "uses" of ${service}, or remove ${service} here.`,
  }),
  'response-of-nobody': row<{ readonly service: string; readonly responders: readonly string[] }>({
    severity: 'error',
    describes: 'A response is described for a service that is not among the responders.',
    message: ({ service }) => `${service} is not among the responders.`,
    why: () => 'Its answer is not awaited, so its schema would never be used.',
    advice: ({ service }) => `Add ${service} to "responders", or remove its response.`,
  }),
  'missing-response': row<Named & { readonly service: string }>({
    severity: 'error',
    describes: 'A responder is awaited whose response nothing describes.',
    message: ({ service, interaction }) => `Nothing says what ${service} answers to ${interaction}.`,
    why: ({ service }) => `${service} is awaited, and its answer could not be checked.`,
    advice: ({ service }) => `Add ${quoteText(service)} to "responses".`,
  }),
  'quorum-too-large': row<{ readonly quorum: number; readonly responders: number }>({
    severity: 'error',
    describes: 'More answers are wanted than can come.',
    message: ({ quorum, responders }) => `${quorum} answers are wanted, and ${responders} can come.`,
    why: () => 'The wait would never end early.',
    advice: ({ responders }) =>
      responders > 0 ? `Write at most ${responders}, or leave it out to wait for all.` : 'Let a service use it, or leave it out.',
  }),
  'grpc-without-protobuf': row<Named>({
    severity: 'warning',
    describes: 'An interaction over gRPC carries JSON.',
    message: ({ interaction }) => `${interaction} carries JSON over gRPC.`,
    why: () => 'Clients and tools of gRPC speak Protobuf: no .proto file describes it, and only services with msgctl can call it.',
    advice: () => 'Add "encoding: protobuf", and let "msgctl fmt" number the fields; or use HTTP.',
  }),
  'unknown-use': row<{ readonly id: string; readonly service: string; readonly serviceKnown: boolean; readonly known: readonly string[] }>({
    severity: 'error',
    describes: 'A service uses what nobody provides.',
    message: ({ id, service, serviceKnown }) =>
      serviceKnown ? `Nobody provides ${quoteText(id)}.` : `There is no service ${quoteText(service)}.`,
    why: () => 'What nobody provides can be neither called nor received.',
    advice: ({ id, service, serviceKnown, known }) =>
      serviceKnown || nearest(id, known) !== undefined
        ? adviseName(id, known, `Add it to "provides" of ${service}, or remove it here.`)
        : `Add the contract of ${service}, or remove it here.`,
  }),
  'version-not-met': row<{ readonly id: string; readonly range: string; readonly service: string; readonly version: string }>({
    severity: 'error',
    describes: 'A service was written for another version of a contract than the one that is there.',
    message: ({ service, version, range }) => `${service} is at ${version}, which ${quoteText(range)} does not allow.`,
    why: ({ id }) => `This service was written for another contract of ${id}.`,
    advice: ({ version }) => `Check it against the contract as it is, then write ${quoteText(`^${version}`)}.`,
  }),
  'decided-elsewhere': row<{ readonly key: string; readonly by: 'provider' | 'sender' | 'receiver'; readonly where: string }>({
    severity: 'error',
    describes: 'A key stands with a side that does not decide it.',
    message: ({ key, by }) => `${quoteText(key)} is decided by the ${by}.`,
    why: ({ by }) => WHY_DECIDED[by],
    advice: ({ where }) => `Move it to ${where}.`,
  }),
} as const;

const WHY_DECIDED = {
  provider: 'It holds for everybody, so one service must not say it for the others.',
  sender: 'Only whoever sends a message knows how it is written together with its data.',
  receiver: 'Only whoever handles a message knows what it can take, and what it has seen before.',
} as const;
