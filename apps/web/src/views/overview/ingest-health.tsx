import { useQuery } from '@tanstack/react-query';
import { lastLogQuery, statusQuery } from '../../api/queries.js';
import { Fact } from '../../ui/fact.js';
import { bytes, count } from '../../ui/marks.js';
import { Ago } from '../../ui/time.js';

/** Whether records arrive: the newest one, what is stored, what waits. */
export function IngestHealth() {
  const status = useQuery(statusQuery(true));
  const last = useQuery(lastLogQuery());
  const newest = last.data?.logs[0];
  const { logs, dags, lag } = status.data ?? {};
  return (
    <dl className="facts">
      <Fact name="Last record">
        {newest !== undefined ? (
          <Ago value={newest.receivedAt || newest.timestamp} />
        ) : last.data === undefined ? (
          '…'
        ) : (
          'none yet'
        )}
      </Fact>
      <Fact name="Stored">{logs === undefined ? '…' : `about ${count(logs.rows)} records`}</Fact>
      <Fact name="On disk">{logs === undefined ? '…' : bytes(logs.bytes)}</Fact>
      <Fact name="Oldest">
        {logs === undefined ? '…' : logs.oldestReceivedAt === null ? 'none yet' : <Ago value={logs.oldestReceivedAt} />}
      </Fact>
      <Fact name="Waiting on the bus">
        {lag === undefined ? '…' : lag.messages === null ? 'not read here' : `${count(lag.messages)} messages`}
      </Fact>
      <Fact name="Traces being analysed">{dags === undefined ? '…' : count(dags.pending)}</Fact>
    </dl>
  );
}
