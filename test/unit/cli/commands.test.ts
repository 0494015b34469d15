import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../../src/cli/exit-code.ts';
import { GLOBAL_FLAGS } from '../../../src/cli/global-flags.ts';
import { COMMANDS } from '../../../src/commands/index.ts';

type Flag = { readonly type: string; readonly multiple?: boolean; readonly multipleNonGreedy?: boolean; readonly delimiter?: string };

const root = join(import.meta.dirname, '../../..');
const commands = Object.entries(COMMANDS).map(([name, command]) => {
  const flags: Readonly<Record<string, Flag>> = (command as { readonly flags?: Readonly<Record<string, Flag>> }).flags ?? {};
  return { name, command, flags, args: Object.keys(command.args ?? {}) };
});

test('the commands and their flags are what is published', async () => {
  const surface = Object.fromEntries(commands.map(({ name, flags, args }) => [name, { args, flags: Object.keys(flags).sort() }]));
  const text = `${JSON.stringify({ global: Object.keys(GLOBAL_FLAGS).sort(), ...surface }, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('expected/commands.txt');
});

test('the exit codes are what is published', () => {
  expect(Object.values(EXIT_CODES).map(({ code }) => code)).toEqual([0, 1, 2, 3, 70, 130]);
});

describe.each(commands)('$name', ({ name, command, flags }) => {
  test('says what it does, with examples', () => {
    expect(command.summary).toMatch(/^[A-Z].*\.$/);
    expect(command.examples?.length).toBeGreaterThan(0);
  });

  test('is a thin shell', () => {
    expect(readFileSync(join(root, 'src/commands', `${name}.ts`), 'utf8').split('\n').length).toBeLessThanOrEqual(60);
  });

  test('has flags that never swallow an argument', () => {
    for (const flag of Object.values({ ...GLOBAL_FLAGS, ...flags }) as readonly Flag[]) {
      if (flag.multiple) expect(flag).toMatchObject({ multipleNonGreedy: true, delimiter: ',' });
    }
  });
});
