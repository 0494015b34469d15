import { describe, expect, it } from 'vitest';
import { diffContracts, InvalidContractsError, type ProjectFiles } from '../../../src/library/compat.ts';

const shop = (version: string, properties: string): ProjectFiles => ({
  'msgctl.yaml': `msgctl: 1\nproject: school\ntransports:\n  rabbit: { kind: rabbitmq, url: '\${URL:-amqp://localhost}' }\n`,
  'contracts/shop.yaml': `msgctl: 1
service: shop
version: ${version}
provides:
  place: { pattern: notification, via: rabbit, message: { type: object, properties: { ${properties} } } }
`,
});
const today = '2026-11-23';

describe('diffContracts', () => {
  it('says whom a change breaks, with the message that proves it', async () => {
    const comparison = await diffContracts(shop('1.0.0', 'count: { type: integer }'), shop('1.1.0', 'count: { type: string }'), { today });
    expect(comparison).toMatchObject({
      order: 'side-by-side',
      services: [{ service: 'shop', before: '1.0.0', after: '1.1.0', needs: '2.0.0' }],
    });
    expect(comparison.findings.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['version-bump-too-small', 'risky'],
      ['type-changed', 'breaking'],
    ]);
    expect(comparison.findings[1]?.proof).toMatchObject({ kind: 'message', message: { count: 0 }, sentBy: 'before' });
  });

  it('leaves version numbers alone where nothing was released', async () => {
    const change = [shop('1.0.0', ''), shop('1.0.0', 'count: { type: string }')] as const;
    const { findings } = await diffContracts(...change, { today, released: false });
    expect(findings.map(({ id, verdict }) => [id, verdict])).toEqual([['property-added', 'compatible']]);
    expect((await diffContracts(...change, { today, released: false, strict: true })).findings[0]?.verdict).toBe('breaking');
  });

  it('finds nothing between a version and itself', async () => {
    const same = shop('1.0.0', 'count: { type: integer }');
    expect((await diffContracts(same, same)).findings).toEqual([]);
  });

  it.each(['before', 'after'] as const)('throws what is wrong with the version %s', async (version) => {
    const [good, bad] = [shop('1.0.0', ''), shop('1.0.0', 'count: { type: strnig }')];
    const failed = version === 'before' ? diffContracts(bad, good) : diffContracts(good, bad);
    const error = await failed.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidContractsError);
    expect(error).toMatchObject({ version, name: 'InvalidContractsError', message: expect.stringContaining('contracts/shop.yaml:5') });
    expect((error as InvalidContractsError).findings.length).toBeGreaterThan(0);
  });

  it('throws where a file is missing, and takes no name of a prototype for one', async () => {
    await expect(diffContracts({}, {})).rejects.toThrow('msgctl.yaml does not exist');
    await expect(diffContracts({ 'msgctl.yaml': 'msgctl: 1\nproject: p\ncontracts: toString\n' }, {})).rejects.toThrow();
  });
});
