/**
 * Spans and metrics of what the runtime does, by OpenTelemetry's semantic conventions for messaging (1.30). Published as `msgctl/runtime/opentelemetry`;
 * it needs `@opentelemetry/api`, and does nothing where no SDK is registered.
 */
import {
  context,
  type Meter,
  metrics,
  type Attributes as OtelAttributes,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Exchange, Telemetry, Watch } from './telemetry.ts';

/** What it works with; what is registered globally where nothing is said. */
export type OpenTelemetryOptions = { readonly tracer?: Tracer; readonly meter?: Meter };

const NAME = 'msgctl';
/** Patterns whose sender waits for an answer. */
const WAITS: ReadonlySet<string> = new Set(['request-response', 'async-request-response', 'publish-async-responses']);

/** Makes what `createBus` takes as `telemetry`. The context of a trace travels in the headers of messages, as the registered propagator writes it. */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const tracer = options.tracer ?? trace.getTracer(NAME);
  const meter = options.meter ?? metrics.getMeter(NAME);
  const counts = new Map<string, ReturnType<Meter['createCounter']>>();
  const sent = meter.createHistogram('messaging.client.operation.duration', {
    unit: 's',
    description: 'Until a message is sent, or answered.',
  });
  const handled = meter.createHistogram('messaging.process.duration', { unit: 's', description: 'The time that handlers take.' });

  return {
    sending(what) {
      const kind = WAITS.has(what.pattern) ? SpanKind.CLIENT : SpanKind.PRODUCER;
      const span = tracer.startSpan(`send ${what.interaction}`, { kind, attributes: attributesOf(what, 'send') });
      const headers: Record<string, string> = {};
      propagation.inject(trace.setSpan(context.active(), span), headers);
      const begun = performance.now();
      return watch(span, headers, (outcome) => sent.record((performance.now() - begun) / 1000, measured(what, 'send', outcome)));
    },
    handling(what, headers) {
      const parent = propagation.extract(context.active(), headers);
      const span = tracer.startSpan(
        `process ${what.interaction}`,
        { kind: SpanKind.CONSUMER, attributes: attributesOf(what, 'process') },
        parent,
      );
      const within = trace.setSpan(parent, span);
      const begun = performance.now();
      return {
        ...watch(span, {}, (outcome) => handled.record((performance.now() - begun) / 1000, measured(what, 'process', outcome))),
        run: (act) => context.with(within, act),
      };
    },
    count(metric, attributes) {
      const name = `msgctl.${metric.replaceAll('-', '_')}`;
      const counter = counts.get(name) ?? meter.createCounter(name);
      counts.set(name, counter);
      counter.add(1, attributes);
    },
  };
}

function watch(span: Span, headers: Readonly<Record<string, string>>, record: (outcome: string) => void): Watch {
  return {
    headers,
    end(outcome, error) {
      record(outcome);
      if (outcome !== 'ok') {
        span.setAttribute('error.type', outcome);
        span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error && { message: error.message }) });
      }
      span.end();
    },
  };
}

function attributesOf(
  { interaction, transport, messageId, conversation, attempt }: Exchange,
  operation: 'send' | 'process',
): OtelAttributes {
  return {
    'messaging.system': transport,
    'messaging.destination.name': interaction,
    'messaging.operation.type': operation,
    'messaging.operation.name': operation,
    'messaging.message.id': messageId,
    ...(conversation !== undefined && { 'messaging.message.conversation_id': conversation }),
    ...(attempt !== undefined && { 'msgctl.attempt': attempt }),
  };
}

/** What a metric is told apart by: nothing of which there are as many as messages. */
function measured({ interaction, transport }: Exchange, operation: string, outcome: string): OtelAttributes {
  return {
    'messaging.system': transport,
    'messaging.destination.name': interaction,
    'messaging.operation.name': operation,
    ...(outcome !== 'ok' && { 'error.type': outcome }),
  };
}
