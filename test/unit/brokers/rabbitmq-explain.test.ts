import { describe, expect, it } from 'vitest';
import { explainDeclaration, explainRefusal } from '../../../src/brokers/rabbitmq/explain.ts';

/** Texts as RabbitMQ 3.10.8 and 4.0.5 write them. */
const texts = [
  {
    raw: `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'a' in vhost 'sem': received the value '60000' of type 'signedint' but current is none"`,
    says: "It stands there already with another x-message-ttl: none there, '60000' (signedint) in the contract. Somebody made it since the plan was computed; plan again.",
  },
  {
    raw: `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'a' in vhost 'sem': received 'false' but current is 'true'"`,
    says: `It stands there already with another durable: 'true' there, 'false' in the contract. Somebody made it since the plan was computed; plan again.`,
  },
  {
    raw: `Operation failed: QueueDeclare; 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - access to queue 'a' in vhost '/' refused for user 'reader'"`,
    says: `User reader has no permission on queue 'a'. Give it one: rabbitmqctl set_permissions.`,
  },
  {
    raw: `Operation failed: QueueDeclare; 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - configure access to queue 'a' in vhost '/' refused for user 'reader'"`,
    says: `User reader has no permission to configure on queue 'a'. Give it one: rabbitmqctl set_permissions.`,
  },
  {
    raw: `Operation failed: QueueBind; 404 (NOT-FOUND) with message "NOT_FOUND - no exchange 'e' in vhost '/'"`,
    says: 'There is no exchange e any more. Plan again.',
  },
  {
    raw: `Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - home node 'rabbit@two' of durable queue 'q' in vhost '/' is down or inaccessible"`,
    says: 'It cannot be asked at this moment: its node is down, or does not answer. Provision again when it is back.',
  },
  {
    raw: `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue 'q' in vhost '/' of queue type rabbit_quorum_queue"`,
    says: 'This type of queue does not take x-max-priority.',
  },
  {
    raw: `Operation failed: ExchangeDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - invalid exchange type 'x-delayed-message'"`,
    says: 'This RabbitMQ does not know exchanges of type x-delayed-message; a plugin may be missing.',
  },
];

describe('what RabbitMQ says, in words for people', () => {
  it.each(texts)('$says', ({ raw, says }) => {
    expect(explainRefusal(raw)).toBe(says);
  });

  it.each(['write EPIPE', 'read ECONNRESET', 'Channel ended, no reply will be forthcoming', 'Connection closed: 320 (CONNECTION-FORCED)'])(
    'takes what holds no answer of the broker for a lost connection: %s',
    (raw) => {
      expect(explainDeclaration(raw)).toMatch(/^The connection to RabbitMQ was lost/);
    },
  );

  it('leaves a text that is not known to those who ask for it', () => {
    expect(explainRefusal('INTERNAL_ERROR')).toBeUndefined();
  });
});
