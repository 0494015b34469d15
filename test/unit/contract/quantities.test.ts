import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration, parseShare, parseSize } from '../../../src/contract/quantities.ts';

describe('quantities', () => {
  test.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['30d', 2_592_000_000],
    ['99999999d', 8_639_999_913_600_000],
    ['0s', undefined],
    ['05s', undefined],
    ['1.5s', undefined],
    ['5', undefined],
    ['5 s', undefined],
    ['100000000d', undefined],
  ])('the duration %s is %j ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
    if (milliseconds !== undefined) expect(Number.isSafeInteger(milliseconds)).toBe(true);
  });

  test.each([
    ['512B', 512],
    ['64KiB', 65_536],
    ['10MiB', 10_485_760],
    ['1GiB', 1_073_741_824],
    ['1TiB', 1_099_511_627_776],
    ['12345GiB', undefined],
    ['64KB', undefined],
    ['64', undefined],
  ])('the size %s is %j bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    ['98%', 0.98],
    ['99.95%', 0.9995],
    ['100%', 1],
    ['0%', 0],
    ['101%', undefined],
    ['0.98', undefined],
  ])('the share %s is %j', (text, share) => {
    expect(parseShare(text)).toBe(share);
  });

  test.each([
    [250, '250ms'],
    [1_500, '1500ms'],
    [90_000, '90s'],
    [86_400_000, '1d'],
  ])('%d ms are written %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
