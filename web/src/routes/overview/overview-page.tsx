import { EmptyState } from "../../components/empty-state.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useHealth } from "../../services/health.ts";
import { useOverview } from "../../services/overview.ts";
import { useUnhandledCount } from "../../services/runs.ts";
import { useMay } from "../../services/session.ts";
import { useQueueDepths, useWorkers } from "../../services/workers.ts";
import { useOverviewMessages } from "./messages.ts";
import { RunningPart } from "./running-part.tsx";
import { UpcomingPart } from "./upcoming-part.tsx";
import { WrongPart } from "./wrong-part.tsx";

/** What an operator asks at night, in this order. */
export default function OverviewPage() {
  const m = useOverviewMessages();
  const may = useMay();
  if (!may("periodic-tasks.view")) return <EmptyState title={m.nobody} />;
  return <Answers />;
}

function Answers() {
  const m = useOverviewMessages();
  const may = useMay();
  const answer = useOverview();
  const health = useHealth();
  const unhandled = useUnhandledCount(may("runs.view"));
  const queues = useQueueDepths(may("workers.view"));
  const workers = useWorkers(may("workers.view"));
  const drained = workers.data?.filter(({ drain, live }) => drain !== null && live) ?? [];
  const paused = queues.data?.filter((queue) => queue.paused !== null && queue.ready > 0) ?? [];
  const error = answer.error ?? health.error;
  const retry = () => {
    void answer.refetch();
    void health.refetch();
  };
  return (
    <>
      <PageHead title={m.title} />
      {error && <ProblemView error={error} what={m.readFailed} onRetry={retry} />}
      {!error && (!answer.data || !health.data) && <LoadingRows />}
      {answer.data && health.data && (
        <>
          <WrongPart
            failing={answer.data.failing}
            health={health.data}
            unhandled={unhandled.data ?? null}
            paused={paused}
            drained={drained}
          />
          {may("runs.view") && <RunningPart runs={answer.data.running} />}
          <UpcomingPart upcoming={answer.data.upcoming} />
        </>
      )}
    </>
  );
}
