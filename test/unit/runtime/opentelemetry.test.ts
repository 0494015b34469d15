import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBus } from '../../../src/runtime/index.ts';
import { memory } from '../../../src/runtime/memory.ts';
import { openTelemetry } from '../../../src/runtime/opentelemetry.ts';
import { desk } from '../../conformance/generated/desk.ts';
import { shop } from '../../conformance/generated/shop.ts';
import { deskHandlers } from '../../conformance/handlers.ts';

const spans = new InMemorySpanExporter();
const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 });
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const meters = new MeterProvider({ readers: [reader] });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});
afterAll(async () => {
  context.disable();
  propagation.disable();
  await meters.shutdown();
});

test('a call and what it causes elsewhere are one trace, and its times are measured', async () => {
  const telemetry = openTelemetry({ tracer: provider.getTracer('test'), meter: meters.getMeter('test') });
  const transport = memory();
  const [server, asker] = ['desk', 'shop'].map((service) => createBus({ transport, service, telemetry })) as [
    ReturnType<typeof createBus>,
    ReturnType<typeof createBus>,
  ];
  const inner = asker.client(shop).desk;
  await server.serve(desk, {
    ...deskHandlers([]),
    quote: async ({ article }) => {
      if (article === 'broken') throw new Error('It is broken.');
      await inner.note({ text: 'asked' });
      return { price: 1 };
    },
  });
  const tracer = provider.getTracer('test');
  await tracer.startActiveSpan('checkout', async (root) => {
    await inner.quote({ article: 'apple' });
    await inner.quote.safe({ article: 'broken' });
    root.end();
  });
  await asker.close();
  await server.close();

  const all = spans.getFinishedSpans();
  const root = all.find(({ name }) => name === 'checkout');
  expect(new Set(all.map((span) => span.spanContext().traceId))).toEqual(new Set([root?.spanContext().traceId]));
  const tree = all.map(
    ({ name, parentSpanContext }) =>
      `${all.find((other) => other.spanContext().spanId === parentSpanContext?.spanId)?.name ?? '-'} > ${name}`,
  );
  expect(tree.sort()).toEqual([
    '- > checkout',
    'checkout > send desk.quote',
    'checkout > send desk.quote',
    'process desk.quote > send desk.note',
    'send desk.note > process desk.note',
    'send desk.quote > process desk.quote',
    'send desk.quote > process desk.quote',
  ]);
  const failed = all.filter(({ attributes }) => attributes['error.type'] !== undefined);
  expect(failed.map(({ name, attributes }) => `${name} ${attributes['error.type']}`).sort()).toEqual([
    'process desk.quote failed',
    'send desk.quote remote',
  ]);
  expect(trace.isSpanContextValid(all[0]?.spanContext() ?? ({} as never))).toBe(true);

  await reader.forceFlush();
  const metrics = exported.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const names = metrics.map(({ descriptor }) => descriptor.name);
  expect(names).toContain('messaging.client.operation.duration');
  expect(names).toContain('messaging.process.duration');
});
