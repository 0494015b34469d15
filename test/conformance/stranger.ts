/** Another program, which knows docs/wire.md and nothing of msgctl. */
import { systemClock } from '../../src/runtime/clock.ts';
import type { Link, WireMessage } from '../../src/runtime/index.ts';
import { makeSafe } from '../../src/runtime/telemetry.ts';
import { shop } from './generated/shop.ts';
import type { Scene } from './suite.ts';

/** Sends notes as another program might. */
export async function withStranger(
  scene: Scene,
  use: (send: (message: Partial<WireMessage>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const link: Link = scene.stage
    .transport()
    .open({ service: 'stranger', instance: `stranger-${Date.now()}`, clock: systemClock, telemetry: makeSafe(), lost: () => undefined });
  let sent = 0;
  try {
    await use(async (message) => {
      sent += 1;
      const whole: WireMessage = {
        id: `stranger-${sent}`,
        type: 'desk.note',
        contentType: 'application/json',
        timestamp: Date.now(),
        headers: {},
        meta: {},
        body: new Uint8Array(),
        ...message,
      };
      await link.send({ to: shop.uses.desk.note.send, message: whole, mandatory: true }, { deadline: Date.now() + 5000 });
    });
  } finally {
    await link.close(1000);
  }
}
