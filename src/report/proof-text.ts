import type { Proof } from '../compat/finding.ts';
import { shortenJson } from './text/shorten.ts';

/** A proof by a message or its routing key, whatever the two versions are called. */
type MessageProof = Exclude<Proof, { readonly kind: 'values' }>;

/** A message or a routing key, who sends it, and what becomes of it with whoever receives it. */
export function messageProofText(proof: MessageProof, versions: { readonly before: string; readonly after: string }): string {
  const receivedBy = proof.sentBy === 'before' ? 'after' : 'before';
  const [sender, receiver] = [versions[proof.sentBy], versions[receivedBy]];
  if (proof.kind === 'routing-key') {
    const { key, exchange, binding } = proof;
    return `${shortenJson(JSON.stringify(key))} is sent by ${sender} to ${exchange}, which ${receiver} binds by ${shortenJson(JSON.stringify(binding))}`;
  }
  const message = shortenJson(JSON.stringify(proof.message));
  if (proof.kind === 'message') return `${message} is sent by ${sender} and rejected by ${receiver}: ${shortenJson(proof.rejection)}`;
  const sent = `${message} is sent by ${sender} as ${bytesText(proof.hex)}`;
  if ('error' in proof) return `${sent}, which ${receiver} cannot read: ${shortenJson(proof.error)}`;
  return `${sent} and read by ${receiver} as ${shortenJson(JSON.stringify(proof.reads))}`;
}

// Beyond it nobody reads on; the machine formats have all of them.
const MOST_BYTES = 32;

/** The bytes two digits each: `bytes 0a 01 61`. */
function bytesText(hex: string): string {
  if (hex === '') return 'no bytes';
  const bytes = hex.match(/../g) ?? [];
  const shown = bytes.slice(0, MOST_BYTES).join(' ');
  return `bytes ${shown}${bytes.length > MOST_BYTES ? ` … (${bytes.length} bytes)` : ''}`;
}
