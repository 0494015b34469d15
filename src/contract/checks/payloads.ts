/** Whether an interaction has the payloads of its pattern, and whoever waits a timeout. */
import { diagnose } from '../../diagnostics/catalogue.ts';
import { appendPointer } from '../../source/pointer.ts';
import { isMeant } from '../misspelt.ts';
import { PATTERNS } from '../patterns.ts';
import { type InteractionCheck, keyPlace, writtenName } from './context.ts';

/** Payloads that must be there. `responses` counts as a response. */
export const checkPayloads: InteractionCheck = (context, { file }, interaction, written) => {
  const { pointer, pattern, at } = interaction;
  const name = writtenName(interaction);
  const there = (key: string) => isMeant(written, key);
  const gathers = pattern === 'publish-async-responses';
  const missing = PATTERNS[pattern].requires
    .filter((role) => !there(role) && !(gathers && role === 'response' && there('responses')))
    .map((payload) => diagnose('missing-payload', at, { interaction: name, pattern, payload }));
  if (!gathers || !there('response') || !there('responses')) return missing;
  return [
    ...missing,
    diagnose('response-and-responses', keyPlace(context, file, appendPointer(pointer, 'responses')), { interaction: name }),
  ];
};

/** Nobody waits for ever. */
export const checkTimeout: InteractionCheck = (_context, { service }, interaction, written) => {
  const { pattern, at } = interaction;
  if (!PATTERNS[pattern].waits || isMeant(written, 'timeout')) return [];
  return [
    diagnose('missing-timeout', at, { interaction: writtenName(interaction), service, gathers: pattern === 'publish-async-responses' }),
  ];
};
