import { afterAll } from 'vitest';
import { openRabbitmqStage } from '../conformance/rabbitmq-stage.ts';
import { conform } from '../conformance/suite.ts';
import { brokerOrSkip } from './broker-process.ts';
import { startRabbitmq } from './rabbitmq.ts';

const remedy = 'Name one in MSGCTL_TEST_AMQP_URL and MSGCTL_TEST_AMQP_MANAGEMENT_URL, or run as root on Debian.';
const starts = await Promise.all([startRabbitmq(), startRabbitmq({ version: '4' })]);
const three = brokerOrSkip(starts[0], 'test/brokers/runtime-rabbitmq on RabbitMQ 3.10', remedy);
const four = brokerOrSkip(starts[1], 'test/brokers/runtime-rabbitmq on RabbitMQ 4', remedy);

if (three) conform('over RabbitMQ 3.10', () => openRabbitmqStage(three.broker));
if (four) conform('over RabbitMQ 4', () => openRabbitmqStage(four.broker));

afterAll(async () => {
  await Promise.all([three?.stop(), four?.stop()]);
});
