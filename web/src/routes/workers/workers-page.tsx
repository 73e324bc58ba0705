import Box from "@mui/material/Box";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useQueueDepths, useWorkers } from "../../services/workers.ts";
import { useWorkerMessages } from "./messages.ts";
import { ProcessTable } from "./process-table.tsx";
import { QueueTable } from "./queue-table.tsx";

/** Who works, and what waits for them. */
export default function WorkersPage() {
  const m = useWorkerMessages();
  const processes = useWorkers();
  const queues = useQueueDepths();
  return (
    <>
      <PageHead title={m.title} />
      <Box component="h2" sx={{ m: 0, mb: 0.5, typography: "h2" }}>
        {m.queues}
      </Box>
      {queues.error && <ProblemView error={queues.error} what={m.queuesFailed} onRetry={() => void queues.refetch()} />}
      {queues.isPending && <LoadingRows rows={3} />}
      {queues.data && <QueueTable queues={queues.data} />}
      <Box component="h2" sx={{ m: 0, mt: 4, mb: 0.5, typography: "h2" }}>
        {m.workers}
      </Box>
      {processes.error && (
        <ProblemView error={processes.error} what={m.workersFailed} onRetry={() => void processes.refetch()} />
      )}
      {processes.isPending && <LoadingRows rows={3} />}
      {processes.data?.length === 0 && (
        <EmptyState title={m.none.title}>
          {m.none.text} <code>hyoshi dev</code>
        </EmptyState>
      )}
      {processes.data && processes.data.length > 0 && <ProcessTable processes={processes.data} />}
    </>
  );
}
