import { describe, expect, test } from 'vitest';
import { DIAGNOSTIC_IDS, diagnose, FAMILIES } from '../../../src/diagnostics/catalogue.ts';

const at = { file: 'f.yaml', start: { offset: 0, line: 1, column: 1 }, end: { offset: 1, line: 1, column: 2 } };

describe('the catalogue', () => {
  test.each(DIAGNOSTIC_IDS)('%s is kebab-case', (id) => {
    expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
  });

  test('has each id once over all families', () => {
    const all = Object.values(FAMILIES).flatMap((family) => Object.keys(family));
    expect(new Set(all).size).toBe(all.length);
    expect([...all].sort()).toEqual([...DIAGNOSTIC_IDS].sort());
  });

  test('masks passwords in what it quotes', () => {
    const finding = diagnose('unknown-transport', at, { written: 'amqp://admin:hunter2@broker', known: [] });
    expect(JSON.stringify(finding)).not.toContain('hunter2');
    expect(finding.message).toBe('There is no transport "amqp://admin:***@broker".');
  });

  test('cuts what is long, and keeps what could break a line out of it', () => {
    const finding = diagnose('unknown-transport', at, { written: `a\n${'b'.repeat(500)}`, known: [] });
    expect(finding.message).not.toContain('\n');
    expect(finding.message.length).toBeLessThan(150);
  });
});
