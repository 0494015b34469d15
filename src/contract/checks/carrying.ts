/** Whether an interaction's transport is there and carries its pattern. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject } from '../../source/json.ts';
import { appendPointer } from '../../source/pointer.ts';
import { textAt } from '../fields.ts';
import { isMeant } from '../misspelt.ts';
import type { Interaction, Pattern, Transport, TransportKind } from '../model.ts';
import { PATTERNS } from '../patterns.ts';
import { type CheckContext, type InteractionCheck, keyPlace, mayStandThere, objectThere, valuePlace, writtenName } from './context.ts';

/** The transport, and whether it carries the pattern. */
export const checkTransport: InteractionCheck = (context, { file }, interaction, written) => {
  const { pointer, pattern } = interaction;
  const name = writtenName(interaction);
  const via = appendPointer(pointer, 'via');
  const hasVia = Object.hasOwn(written, 'via');
  if (Object.hasOwn(written, 'channel')) {
    const both = hasVia
      ? [diagnose('via-beside-channel', keyPlace(context, file, via), { interaction: name, channel: interaction.channel ?? '' })]
      : [];
    return [...both, ...checkChannel(context, file, interaction)];
  }
  if (!hasVia && (isMeant(written, 'via') || isMeant(written, 'channel'))) return [];
  if (!hasVia) return [diagnose('missing-transport', interaction.at, { interaction: name, carriers: carriersOf(context, pattern) })];
  const transport = textAt(written, 'via');
  return transport === undefined ? [] : checkVia(context, { file, pointer: via }, transport, pattern);
};

/** Whether others than msgctl can speak gRPC with an interaction. */
export const checkRpcEncoding: InteractionCheck = (context, _contract, interaction, written) => {
  if (interaction.encoding === 'protobuf' || context.transports.get(interaction.via)?.kind !== 'grpc') return [];
  // What cannot be read, or is carried by gRPC by mistake, has been reported.
  const isWrittenSo = Object.hasOwn(written, 'encoding') ? written.encoding === 'json' : !isMeant(written, 'encoding');
  if (!isWrittenSo || !PATTERNS[interaction.pattern].carriedBy.includes('grpc')) return [];
  return [diagnose('grpc-without-protobuf', interaction.at, { interaction: writtenName(interaction) })];
};

function checkChannel(context: CheckContext, file: string, { pointer, channel, pattern, via }: Interaction): readonly Diagnostic[] {
  const place = appendPointer(pointer, 'channel');
  if (channel === undefined) return [];
  const channels = Object.keys(objectThere(context, file, '/channels'));
  if (!channels.includes(channel) && mayStandThere(context, file, appendPointer('/channels', channel))) return [];
  if (!channels.includes(channel))
    return [diagnose('unknown-channel', valuePlace(context, file, place), { written: channel, known: channels })];
  const transport = context.transports.get(via);
  return transport ? checkCarries(context, { file, pointer: place }, transport, pattern) : [];
}

/** The transport of an interaction whose pattern is not known, so that no more can be said of it. */
export function checkTransportOnly(context: CheckContext, file: string, pointer: string): readonly Diagnostic[] {
  const written = textAt(objectThere(context, file, pointer), 'via');
  if (written === undefined || context.transports.has(written)) return [];
  return unknownTransport(context, { file, pointer: appendPointer(pointer, 'via') }, written);
}

type Place = { readonly file: string; readonly pointer: string };

function checkVia(context: CheckContext, place: Place, written: string, pattern: Pattern): readonly Diagnostic[] {
  const transport = context.transports.get(written);
  return transport ? checkCarries(context, place, transport, pattern) : unknownTransport(context, place, written);
}

/** The finding that a transport does not exist; nothing where the project file does not tell its transports. */
export function unknownTransport(context: CheckContext, { file, pointer }: Place, written: string): readonly Diagnostic[] {
  const { project, documents } = context;
  const named = objectThere(context, project.file, '/transports');
  if (!isObject(documents.get(project.file)?.value) || Object.hasOwn(named, written)) return [];
  if (mayStandThere(context, project.file, appendPointer('/transports', written))) return [];
  return [
    diagnose('unknown-transport', valuePlace(context, file, pointer), { written, known: project.transports.map(({ name }) => name) }),
  ];
}

function checkCarries(context: CheckContext, { file, pointer }: Place, transport: Transport, pattern: Pattern): readonly Diagnostic[] {
  const kinds: readonly TransportKind[] = PATTERNS[pattern].carriedBy;
  if (kinds.includes(transport.kind)) return [];
  const data = { pattern, transport: transport.name, kind: transport.kind, carriers: carriersOf(context, pattern), kinds };
  return [diagnose('pattern-not-carried', valuePlace(context, file, pointer), data)];
}

function carriersOf({ project }: CheckContext, pattern: Pattern): readonly string[] {
  const kinds: readonly TransportKind[] = PATTERNS[pattern].carriedBy;
  return project.transports.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
}
