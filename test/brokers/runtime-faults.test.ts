import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { createBuses, testFaults } from '../conformance/faults.ts';
import { openRabbitmqStage, type RabbitmqStage } from '../conformance/rabbitmq-stage.ts';
import { isFullSize } from '../support/size.ts';
import { brokerOrSkip } from './broker-process.ts';
import { type OwnRabbitmq, startOwnRabbitmq } from './rabbitmq.ts';

const remedy = 'Run as root on Debian.';
const starts = await Promise.all([startOwnRabbitmq(), startOwnRabbitmq({ version: '4' })]);
const three = brokerOrSkip(starts[0], 'test/brokers/runtime-faults on RabbitMQ 3.10', remedy);
const four = brokerOrSkip(starts[1], 'test/brokers/runtime-faults on RabbitMQ 4', remedy);

for (const [version, started] of [['3.10', isFullSize ? three : undefined] as const, ['4', four] as const]) {
  if (!started) continue;
  describe(`faults on RabbitMQ ${version}`, { timeout: 60_000 }, () => playOn(version, started.broker));
}

afterAll(async () => {
  await Promise.all([three?.stop(), four?.stop()]);
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
    control: (...args) => broker.control(...args),
    tell: (row, figures) => console.info(`RabbitMQ ${version}: ${row}: ${figures}`),
  });
}
