import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { createBuses } from '../conformance/fault-rows.ts';
import { testFaults } from '../conformance/faults.ts';
import { openRabbitmqStage, type RabbitmqStage } from '../conformance/rabbitmq-stage.ts';
import { isFullSize } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type OwnRabbitmq, startOwnRabbitmq } from './rabbitmq.ts';

const remedy = 'Run as root on Debian.';
const versions = isFullSize ? (['3', '4'] as const) : (['4'] as const);
const starts = await Promise.all(versions.map(async (version) => ({ version, started: await startOwnRabbitmq({ version }) })));
const brokers = starts.flatMap(({ version, started }) => {
  const own = brokerOrSkip(started, `test/brokers/runtime-faults on RabbitMQ ${version}`, remedy);
  return own ? [{ version, ...own }] : [];
});

for (const { version, broker } of brokers) {
  // Some rows wait for a node to start again.
  describe(`faults on RabbitMQ ${version}`, { timeout: 300_000 }, () => playOn(version, broker));
}

afterAll(async () => {
  await Promise.all(brokers.map(({ stop }) => stop()));
});

function playOn(version: string, broker: OwnRabbitmq): void {
  let stage: RabbitmqStage;
  const { bus, closeAll } = createBuses(() => stage);
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  beforeAll(async () => {
    stage = await openRabbitmqStage(broker);
    process.on('unhandledRejection', note).on('uncaughtException', note);
  }, 120_000);
  afterEach(async () => {
    stage.gate.open();
    stage.gate.thaw();
    await closeAll();
    await stage.clear();
    expect(rejections.splice(0), 'nothing fails unheard').toEqual([]);
  });
  afterAll(async () => {
    process.off('unhandledRejection', note).off('uncaughtException', note);
    await stage.close();
  });
  testFaults({
    get stage() {
      return stage;
    },
    bus,
    broker,
    tell: (row, figures) => console.info(`RabbitMQ ${version}: ${row}: ${figures}`),
  });
}
