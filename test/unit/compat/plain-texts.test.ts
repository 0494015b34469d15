import { expect, it } from 'vitest';
import { minimise } from '../../../src/compat/minimise.ts';
import { PLAIN_TEXTS } from '../../../src/compat/parts/plain-texts.ts';
import { findSent } from '../../../src/compat/prove.ts';
import { createReplay } from '../../../src/compat/replay.ts';
import { createTextsMemo } from '../../../src/inclusion/texts/memo.ts';
import { FORMATS } from '../../../src/payload/keywords.ts';
import { schemaOf } from '../../support/schema-pair.ts';

it.each(FORMATS)('is the text that the engine gives for the format %s', async (format) => {
  const node = schemaOf({ type: 'string', format });
  const replay = await createReplay({ strict: false });
  const found = findSent(node, false, createTextsMemo()) ?? null;
  expect(PLAIN_TEXTS.get(format)).toBe(minimise(found, (text) => replay.emits(node, text)));
});
