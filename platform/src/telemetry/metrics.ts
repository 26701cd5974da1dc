import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from '../log.ts';
import type { MetricDefinition } from './names.ts';

type Labels<Definition extends MetricDefinition> = Record<Definition['labels'][number], string>;

/** One value of a metric, with its labels. */
export interface Sample<Definition extends MetricDefinition> {
  value: number;
  labels: Labels<Definition>;
}

/** From a cached read to the review of a long contract by a model, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Prometheus waits ten seconds; what a store has not told by then is missing this time. */
const readTimeoutMs = 2000;

/** Asks once for all metrics that are read at the same time. */
export function sharedRead<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= ask().finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** How often the delay of the event loop is looked at; more often would keep a process awake that has nothing to do. */
const loopSampleMs = 20;

/**
 * What Prometheus reads of this process: what names.ts defines, and what is known of every process on Node, its event loop
 * included (https://github.com/siimon/prom-client#default-metrics).
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: loopSampleMs });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A counter that its owner counts. */
  count<const D extends MetricDefinition>(definition: D): (labels: Labels<D>) => void {
    const counter = new Counter(this.#describe(definition));
    return (labels) => counter.inc(labels);
  }

  /** A histogram of durations in seconds. */
  time<const D extends MetricDefinition>(definition: D): (seconds: number, labels: Labels<D>) => void {
    const histogram = new Histogram({ ...this.#describe(definition), buckets });
    return (seconds, labels) => histogram.observe(labels, seconds);
  }

  /** What is asked for whenever Prometheus asks. While it cannot be told it is missing, which is not zero. */
  read<const D extends MetricDefinition>(
    definition: D,
    ask: () => readonly Sample<D>[] | Promise<readonly Sample<D>[]>,
  ): void {
    const collect = async (metric: Counter | Gauge) => {
      const samples = await this.#answerTo(ask, definition);
      metric.reset();
      // A metric without labels would go on as zero.
      if (definition.labels.length === 0) metric.remove();
      for (const { value, labels } of samples) metric.inc(labels, value);
    };
    const described = this.#describe(definition);
    if (definition.type === 'counter') {
      const counter: Counter = new Counter({ ...described, collect: () => collect(counter) });
    } else {
      const gauge: Gauge = new Gauge({ ...described, collect: () => collect(gauge) });
    }
  }

  #describe({ name, about, labels }: MetricDefinition) {
    return { name, help: about, labelNames: labels, registers: [this.#registry] };
  }

  async #answerTo<T>(
    ask: () => readonly T[] | Promise<readonly T[]>,
    { name }: MetricDefinition,
  ): Promise<readonly T[]> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(new Error('no answer in time')), readTimeoutMs);
    try {
      return await Promise.race([ask(), timeout.promise]);
    } catch (error) {
      this.#logger.debug({ err: error, metric: name }, 'metric is missing');
      return [];
    } finally {
      clearTimeout(timer);
    }
  }
}
