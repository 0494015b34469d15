import { describe, expect, it } from 'vitest';
import { compareSystems } from '../../../src/compat/compare.ts';
import type { Comparison } from '../../../src/compat/finding.ts';
import { loadProtobuf } from '../../../src/runtime/protobuf.ts';
import { loadSystem } from '../../support/load-system.ts';

const PROJECT = `msgctl: 1
project: school
contracts: contracts/*.yaml
transports:
  rabbit: { kind: rabbitmq, url: 'amqp://localhost' }
`;

const OLD = `msgctl: 1
service: catalog
version: 1.4.0
provides:
  course-created:
    pattern: publish-subscribe
    via: rabbit
    message: { $ref: '#/types/Course' }
types:
  Course:
    type: object
    required: [courseId, price]
    properties:
      courseId: { type: string }
      price: { $ref: '#/types/Money' }
      tags: { type: array, items: { $ref: '#/types/Tag' } }
  Money: { type: object, required: [amount], properties: { amount: { type: integer } } }
  Tag: { type: object, properties: { name: { type: string } } }
`;

const learners = (uses: string) => `msgctl: 1
service: learners
version: 3.0.0
uses:
  catalog.course-created: ${uses}
`;

async function compare(
  change: (text: string) => string,
  more: { uses?: string; newUses?: string; project?: string; strict?: boolean; today?: string } = {},
): Promise<Comparison> {
  const { uses = '{}', newUses = uses, project = '', strict = false, today = '2026-11-23' } = more;
  const before = await loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': OLD, 'contracts/learners.yaml': learners(uses) });
  const after = await loadSystem({
    'msgctl.yaml': PROJECT + project,
    'contracts/catalog.yaml': change(OLD),
    'contracts/learners.yaml': learners(newUses),
  });
  return compareSystems(before, after, { today, strict });
}

const withoutPrice = (text: string) =>
  text
    .replace('required: [courseId, price]', 'required: [courseId]')
    .replace(/ {6}price:.*\n/, '')
    .replace('1.4.0', '2.0.0');

describe('a finding', () => {
  it('names who runs which version and what they meet, with both places', async () => {
    const { findings } = await compare(withoutPrice);
    expect(findings).toMatchObject([
      {
        id: 'property-removed',
        verdict: 'breaking',
        change: {
          interaction: 'catalog.course-created',
          payload: { role: 'message' },
          path: '/price',
          before: { at: { file: 'contracts/catalog.yaml', start: { line: 15, column: 7 } } },
          after: { at: { file: 'contracts/catalog.yaml', start: { line: 10, column: 3 } } },
        },
        why: 'learners (1.4.0) may rely on price; catalog (2.0.0) will no longer send it.',
        parties: { senders: ['catalog'], receivers: ['learners'] },
        proof: { kind: 'message', message: { courseId: '' }, sentBy: 'after', rejection: 'must have property "price"' },
      },
    ]);
  });

  it('says which of two versions it is where both bear the same number', async () => {
    const { findings } = await compare((text) => withoutPrice(text).replace('2.0.0', '1.4.0'));
    expect(findings[0]?.why).toBe('learners (old version) may rely on price; catalog (new version) will no longer send it.');
  });

  it('stands where a shared type changed, once for each place in the message', async () => {
    const { findings } = await compare((text) =>
      text.replace('amount: { type: integer }', 'amount: { type: string }').replace('name: { type: string }', 'name: { type: boolean }'),
    );
    expect(findings.map(({ id, change }) => [id, change.path, change.after.at?.start.line])).toEqual([
      ['type-changed', '/price/amount', 17],
      ['type-changed', '/tags/*/name', 18],
    ]);
    expect(findings.map(({ proof }) => proof)).toMatchObject([{ sentBy: 'before' }, { sentBy: 'before' }]);
  });

  it('has a proof of its own where one payload breaks twice', async () => {
    const { findings } = await compare((text) => withoutPrice(text).replace('courseId: { type: string }', 'courseId: { type: integer }'));
    expect(findings.map(({ id, proof }) => [id, proof?.kind === 'message' && proof.rejection])).toEqual([
      ['type-changed', '/courseId must be integer'],
      ['property-removed', 'must have property "price"'],
    ]);
  });

  it('of a recursive type is about its own property, however deep the message goes', async () => {
    const recursive = (text: string) =>
      text.replace(
        'properties: { name: { type: string } }',
        "properties: { name: { type: string, maxLength: 5 }, parts: { type: array, items: { $ref: '#/types/Tag' } } }",
      );
    const before = await loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': recursive(OLD) });
    const changed = recursive(OLD)
      .replace('maxLength: 5', 'maxLength: 9')
      .replace('      tags:', '      subtitle: { type: string }\n      tags:');
    const after = await loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': changed });
    const { findings } = await compareSystems(before, after, { today: '2026-11-23' });
    expect(findings.map(({ id, verdict, change }) => [id, verdict, change.path])).toEqual([
      ['constraint-changed', 'breaking', '/tags/*/name'],
      ['property-added', 'compatible', '/subtitle'],
    ]);
  });

  it('keeps its fingerprint when lines move and texts around it change', async () => {
    const [one] = (await compare(withoutPrice)).findings;
    const moved = (await compare((text) => withoutPrice(text).replace('version:', '# a comment\nowner: us\nversion:'))).findings;
    expect(moved.find(({ id }) => id === 'property-removed')?.fingerprint).toBe(one?.fingerprint);
    const [other] = (await compare((text) => withoutPrice(text).replace('courseId]', 'courseId, tags]'))).findings.filter(
      ({ id }) => id !== 'property-removed',
    );
    expect(other?.fingerprint).not.toBe(one?.fingerprint);
  });
});

describe('an acceptance', () => {
  const accept = (fingerprint: string | undefined, until?: string) =>
    `accept:\n  - { finding: '${fingerprint}', reason: agreed with learners${until ? `, until: ${until}` : ''} }\n`;

  it('counts as long as it runs, that day included', async () => {
    const fingerprint = (await compare(withoutPrice)).findings[0]?.fingerprint;
    const { findings } = await compare(withoutPrice, { project: accept(fingerprint, '2026-11-23') });
    expect(findings[0]).toMatchObject({ verdict: 'breaking', accepted: { reason: 'agreed with learners', until: '2026-11-23' } });
    expect((await compare(withoutPrice, { project: accept(fingerprint) })).findings[0]?.accepted).toEqual({
      reason: 'agreed with learners',
    });
  });

  it('does not count afterwards, and that is said', async () => {
    const fingerprint = (await compare(withoutPrice)).findings[0]?.fingerprint;
    const { findings } = await compare(withoutPrice, { project: accept(fingerprint, '2026-11-22') });
    expect(findings[0]?.accepted).toBeUndefined();
    expect(findings[0]?.advice).toContain('Its acceptance ran out on 2026-11-22.');
  });

  it('of another finding does not count', async () => {
    expect((await compare(withoutPrice, { project: accept('0123456789ab') })).findings[0]?.accepted).toBeUndefined();
  });
});

describe('what users read', () => {
  const note = 'learners does not read it.';

  it('decides: a break elsewhere is a risk, as its validators do not check it', async () => {
    const { findings, order } = await compare(withoutPrice, { uses: '{ reads: [courseId] }' });
    expect(findings).toMatchObject([{ verdict: 'risky', why: expect.stringContaining(note) }]);
    expect(order).toBe('any');
  });

  it.each([
    ['the new version reads everything', '{ reads: [price] }', '{}'],
    ['the old version reads a part of it', '{ reads: [/price/amount] }', '{ reads: [courseId] }'],
    ['the old version reads everything', '{}', '{ reads: [courseId] }'],
  ])('spares nobody where %s', async (_, uses, newUses) => {
    const { findings } = await compare(withoutPrice, { uses, newUses });
    const removed = findings.find(({ id }) => id === 'property-removed');
    expect(removed).toMatchObject({ verdict: 'breaking', proof: { kind: 'message' } });
    expect(removed?.why).not.toContain(note);
  });

  it('says of a user who reads it and takes it all the same nothing else', async () => {
    const counted = (text: string) =>
      text.replace('    required: [courseId, price]', '    required: [courseId, price]\n    minProperties: 3');
    const { findings } = await compare(counted, { uses: '{ reads: [courseId] }' });
    expect(findings).toMatchObject([{ verdict: 'risky', why: expect.stringContaining('learners takes it all the same.') }]);
    expect(findings[0]?.why).not.toContain(note);
  });

  it('counts what tells messages apart', async () => {
    const optional = (text: string) => text.replace('required: [courseId, price]', 'required: [courseId]');
    const reads = (more: string) => compare(optional, { uses: `{ reads: [courseId]${more} }` });
    expect((await reads('')).findings).toMatchObject([{ id: 'property-became-optional', verdict: 'risky' }]);
    expect((await reads(', delivery: { deduplicate: { by: [/price/amount], within: 1h } }')).findings).toMatchObject([
      { id: 'property-became-optional', verdict: 'breaking', proof: { kind: 'message' } },
    ]);
  });

  it('counts for a new version of a user, too, that starts to read what old messages may be without', async () => {
    const added = (text: string) => text.replace('required: [courseId, price]', 'required: [courseId, price, tags]');
    const { findings } = await compare(added, { uses: '{ reads: [courseId] }', newUses: '{ reads: [courseId, tags] }' });
    expect(findings.find(({ id }) => id === 'property-became-required')).toMatchObject({
      verdict: 'breaking',
      proof: { sentBy: 'before' },
    });
  });
});

describe('a comparison', () => {
  it('gives the versions of all services', async () => {
    expect((await compare(withoutPrice)).services).toEqual([
      { service: 'catalog', before: '1.4.0', after: '2.0.0', needs: '2.0.0' },
      { service: 'learners', before: '3.0.0', after: '3.0.0' },
    ]);
  });

  it('is empty where only the version, the order of keys and references changed', async () => {
    const rewritten = (text: string) =>
      text
        .replace('1.4.0', '1.4.1')
        .replace(
          "price: { $ref: '#/types/Money' }",
          'price: { properties: { amount: { type: integer } }, required: [amount], type: object }',
        );
    expect(await compare(rewritten)).toMatchObject({ findings: [], order: 'any', rollbackSafe: true });
  });

  it('reads schemas literally with strict: an added property may have come as something else', async () => {
    const added = (text: string) => text.replace('      tags:', '      title: { type: string }\n      tags:');
    expect((await compare(added)).findings).toMatchObject([{ id: 'property-added', verdict: 'compatible' }]);
    expect((await compare(added, { strict: true })).findings).toMatchObject([
      { id: 'property-added', verdict: 'breaking', proof: { sentBy: 'before' } },
    ]);
  });

  it('holds a change to the old promise while "compatibility" is relaxed', async () => {
    const { findings } = await compare((text) => withoutPrice(text).replace('via: rabbit', 'via: rabbit\n    compatibility: none'));
    expect(findings.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['property-removed', 'breaking'],
      ['policy-changed', 'risky'],
    ]);
  });

  it('calls nothing broken on the wire of Protobuf that no codec has shown', async () => {
    const proto = (text: string) => text.replace('via: rabbit', 'via: rabbit\n    encoding: protobuf');
    const numbered = (text: string) =>
      proto(text)
        .replace('courseId: { type: string }', 'courseId: { type: string, x-field: 1 }')
        .replace("'#/types/Money' }\n", "'#/types/Money', x-field: 2 }\n")
        .replace('items: { $ref', 'x-field: 3, items: { $ref')
        .replace('amount: { type: integer }', 'amount: { type: integer, x-field: 1 }')
        .replace('name: { type: string }', 'name: { type: string, x-field: 1 }');
    const before = await loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': numbered(OLD) });
    const renumbered = numbered(OLD).replace('courseId: { type: string, x-field: 1 }', 'courseId: { type: string, x-field: 9 }');
    const after = await loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': renumbered });
    const { findings, order } = await compareSystems(before, after, { today: '2026-11-23' });
    expect(findings).toMatchObject([{ id: 'field-number-changed', verdict: 'undecided', change: { path: '/courseId' } }]);
    expect(order).toBe('side-by-side');
  });

  it('hides no change of the Protobuf wire that JSON does not know', async () => {
    const contract = (encoding: string, data: string): string => `
msgctl: 1
service: catalog
version: 1.0.0
provides:
  drawn:
    pattern: publish-subscribe
    via: rabbit
    encoding: ${encoding}
    message: { type: object, properties: { data: { type: string, ${data}x-field: 1 } } }
`;
    const verdicts = async (encoding: string): Promise<unknown> => {
      const [before, after] = await Promise.all(
        ['', 'contentEncoding: base64, '].map((data) =>
          loadSystem({ 'msgctl.yaml': PROJECT, 'contracts/catalog.yaml': contract(encoding, data) }),
        ),
      );
      const { findings } =
        before && after ? await compareSystems(before, after, { today: '2026-11-23', protobuf: loadProtobuf }) : { findings: [] };
      return findings.map(({ id, verdict, change }) => [id, verdict, change.name]);
    };
    expect(await verdicts('protobuf')).toEqual([['wire-type-changed', 'breaking', 'data']]);
    expect(await verdicts('json')).toEqual([['meaning-changed', 'risky', 'contentEncoding']]);
  });
});
