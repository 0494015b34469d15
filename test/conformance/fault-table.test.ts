import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULT_ROWS } from './fault-rows.ts';

const root = join(import.meta.dirname, '../..');

test('the table in docs/faults.md has the rows that the suite plays, each filled in', () => {
  const lines = readFileSync(join(root, 'docs/faults.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(head.at(-1)).toBe('msgctl');
  expect(rows.map(([name]) => name)).toEqual(Object.values(FAULT_ROWS));
  for (const row of rows) {
    expect(row.length, row[0]).toBe(head.length);
    expect(row.at(-1)?.length, row[0]).toBeGreaterThan(10);
  }
});

test('every row is played', () => {
  const played = ['faults.ts', 'broker-faults.ts'].map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n');
  const missing = Object.keys(FAULT_ROWS).filter((row) => !played.includes(`FAULT_ROWS.${row},`) && !played.includes(`['${row}',`));
  expect(missing).toEqual([]);
});
