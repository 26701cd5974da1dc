import { type Admission, workClasses } from '../admission/admission.ts';
import type { AdmissionGate } from '../admission/admission-gate.ts';
import type { Metrics } from './metrics.ts';
import { metrics as defined } from './names.ts';

/** Shows who is let in, and who is not. */
export function admissionMetrics(metrics: Metrics, { gates, rateLimits }: Admission): void {
  const ofGates = (measure: (gate: AdmissionGate) => number) => () =>
    workClasses.map((name) => ({ value: measure(gates[name]), labels: { class: name } }));
  metrics.read(
    defined.admitted,
    ofGates(({ admitted }) => admitted),
  );
  metrics.read(
    defined.shed,
    ofGates(({ shed }) => shed),
  );
  metrics.read(
    defined.admissionLimit,
    ofGates(({ limit }) => limit),
  );
  metrics.read(defined.admissionWork, () =>
    workClasses.flatMap((name) => [
      { value: gates[name].inside, labels: { class: name, state: 'inside' } },
      { value: gates[name].waiting, labels: { class: name, state: 'waiting' } },
    ]),
  );
  metrics.read(defined.rateLimited, () =>
    (['user', 'address'] as const).map((subject) => ({
      value: rateLimits[subject]?.refused ?? 0,
      labels: { subject },
    })),
  );
}
