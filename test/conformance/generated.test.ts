import { expect, test } from 'vitest';
import { runMsgctl } from '../brokers/command-line.ts';

test('what the suite runs with is what msgctl makes of its contracts today', async () => {
  const { code, stdout, stderr } = await runMsgctl(import.meta.dirname, ['gen', '--check', '--no-cache']);
  expect(code, `${stdout}${stderr}`).toBe(0);
});
