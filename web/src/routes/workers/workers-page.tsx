import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Link } from "react-router-dom";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { NoteLine } from "../../components/note-line.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useMay } from "../../services/session.ts";
import { useQueueDepths, useWorkers } from "../../services/workers.ts";
import { BeatTable } from "./beat-table.tsx";
import { useWorkerMessages } from "./messages.ts";
import { ProcessTable } from "./process-table.tsx";
import { QueueTable } from "./queue-table.tsx";

/** Who works, and what waits for them. */
export default function WorkersPage() {
  const m = useWorkerMessages();
  const may = useMay();
  const processes = useWorkers();
  const queues = useQueueDepths();
  const beats = processes.data?.filter(({ kind }) => kind === "beat") ?? [];
  const others = processes.data?.filter(({ kind }) => kind !== "beat") ?? [];
  return (
    <>
      <PageHead title={m.title}>
        {may("runs.view") && (
          <Button component={Link} to="/dead-letters">
            {m.refused}
          </Button>
        )}
      </PageHead>
      <Heading isFirst>{m.queues}</Heading>
      {queues.error && <ProblemView error={queues.error} what={m.queuesFailed} onRetry={() => void queues.refetch()} />}
      {queues.isPending && <LoadingRows rows={3} />}
      {queues.data && <QueueTable queues={queues.data} />}
      <Heading>{m.beats}</Heading>
      {processes.isPending && <LoadingRows rows={2} />}
      {processes.data && beats.length === 0 && (
        <NoteLine state="failed">
          {m.noBeat} <code>hyoshi beat</code>
        </NoteLine>
      )}
      {beats.length > 0 && <BeatTable beats={beats} />}
      <Heading>{m.workers}</Heading>
      {processes.error && (
        <ProblemView error={processes.error} what={m.workersFailed} onRetry={() => void processes.refetch()} />
      )}
      {processes.isPending && <LoadingRows rows={3} />}
      {processes.data && others.length === 0 && (
        <EmptyState title={m.none.title}>
          {m.none.text} <code>hyoshi dev</code>
        </EmptyState>
      )}
      {others.length > 0 && <ProcessTable processes={others} />}
    </>
  );
}

function Heading({ isFirst = false, children }: { isFirst?: boolean; children: string }) {
  return (
    <Box component="h2" sx={{ m: 0, mt: isFirst ? 0 : 4, mb: 0.5, typography: "h2" }}>
      {children}
    </Box>
  );
}
