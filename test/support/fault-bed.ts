import { Broker } from './kafka.js';
import type { RestartablePostgres } from './restartable-postgres.js';
import { DATABASES, deploymentOf, type Deployment } from './separate-processes.js';
import type { TestBed } from './test-bed.js';

/** What the separate processes of a fault test stand on: Kafka, and a PostgreSQL server for each of the two databases. */
export interface FaultBed {
  readonly broker: Broker;
  readonly logs: RestartablePostgres;
  readonly dags: RestartablePostgres;
}

export async function startFaultBed(bed: TestBed): Promise<FaultBed> {
  const [logs, dags] = DATABASES;
  return {
    broker: await Broker.start(bed),
    logs: await bed.restartablePostgres([logs]),
    dags: await bed.restartablePostgres([dags]),
  };
}

/** @param partitions of the topic, which is a new one */
export function deploymentOnBed({ broker, logs, dags }: FaultBed, partitions?: number): Deployment {
  const [logIngestion, dag] = DATABASES;
  return deploymentOf(broker, logs.url(logIngestion), dags.url(dag), undefined, partitions);
}
