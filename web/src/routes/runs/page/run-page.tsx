import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Link, useParams } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { JsonBlock } from "../../../components/json/json-block.tsx";
import { LoadingPage } from "../../../components/loading-page.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { useNow } from "../../../components/now.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { WarningLines } from "../../../components/warning-lines.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { isProblem } from "../../../services/problem.ts";
import { useRun } from "../../../services/runs.ts";
import type { RunView } from "../../../services/wire.ts";
import { LogPane } from "../log/log-pane.tsx";
import { AttemptsPart } from "./attempts-part.tsx";
import { ErrorView } from "./error-view.tsx";
import { FactsPart } from "./facts-part.tsx";
import { JsonText } from "./json-text.tsx";
import { useRunPageMessages } from "./messages.ts";
import { OriginPart } from "./origin-part.tsx";
import { Part } from "./part.tsx";
import { ResultPart } from "./result-part.tsx";
import { RunHead } from "./run-head.tsx";
import { RunProgress } from "./run-progress.tsx";
import { TimeBar } from "./time-bar.tsx";
import { TreePart } from "./tree-part.tsx";

export default function RunPage() {
  const m = useRunPageMessages();
  const { id = "" } = useParams();
  const answer = useRun(id);
  if (isProblem(answer.error, "not_found")) {
    return (
      <EmptyState
        title={m.gone}
        action={
          <Button component={Link} to="/runs">
            {m.allRuns}
          </Button>
        }
      />
    );
  }
  if (!answer.data) {
    if (!answer.error) return <LoadingPage />;
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />
      </Box>
    );
  }
  return <Run key={id} run={answer.data} />;
}

function Run({ run }: { run: RunView }) {
  const m = useRunPageMessages();
  return (
    // On a wide screen the page fits the window, so that the log's end, where one follows it, is always in sight.
    <Box
      sx={{
        display: { md: "flex" },
        flexDirection: "column",
        height: { md: "calc(100vh - 53px)" },
        minHeight: { md: 560 },
        mb: { md: -6 },
        pb: { md: 2 },
      }}
    >
      <RunHead run={run} />
      <Box sx={{ display: "grid", gap: 1, pb: 2 }}>
        <WarningLines warnings={run.warnings} />
        <CancelNote run={run} />
        <RunProgress run={run} />
        <TimeBar run={run} />
      </Box>
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(280px, 5fr) minmax(0, 9fr)" },
          gridTemplateRows: { md: "minmax(0, 1fr)" },
          flex: 1,
          minHeight: 0,
          columnGap: 2,
          rowGap: 2.5,
        }}
      >
        {/* The log comes first under the thumb, and last on the right. */}
        <Box sx={{ order: { xs: 1, md: 0 }, minWidth: 0, overflowY: { md: "auto" }, pr: { md: 1 } }}>
          {run.error && (
            <Part title={m.error}>
              <ErrorView error={run.error} />
            </Part>
          )}
          <ResultPart run={run} />
          <InputPart run={run} />
          <AttemptsPart run={run} />
          <TreePart run={run} />
          <OriginPart run={run} />
          <FactsPart run={run} />
        </Box>
        <LogPane run={run} />
      </Box>
    </Box>
  );
}

function CancelNote({ run }: { run: RunView }) {
  const m = useRunPageMessages();
  const format = useFormat();
  const isOpen = run.cancelRequestedAt !== null && run.endedAt === null;
  const now = useNow(isOpen ? 1_000 : undefined);
  if (run.cancelRequestedAt === null || !isOpen) return null;
  return <NoteLine state="cancelled">{m.cancelRequested(format.relative(run.cancelRequestedAt, now))}</NoteLine>;
}

function InputPart({ run }: { run: RunView }) {
  const m = useRunPageMessages();
  if (run.told?.inputUnknown) {
    return (
      <>
        <Box sx={{ mb: 1.5 }}>
          <NoteLine state="missed">{m.inputUnknown}</NoteLine>
        </Box>
        <Part title={m.args}>
          <JsonText>{run.told.args}</JsonText>
        </Part>
        <Part title={m.kwargs}>
          <JsonText>{run.told.kwargs}</JsonText>
        </Part>
      </>
    );
  }
  if (run.args === undefined && run.kwargs === undefined) {
    return (
      <Part title={m.input}>
        {run.input === undefined || run.input === null ? (
          <Box sx={{ color: "text.secondary" }}>{m.noInput}</Box>
        ) : (
          <JsonBlock value={run.input} showAll={m.showAll} />
        )}
      </Part>
    );
  }
  return (
    <>
      <Part title={m.args}>
        <JsonBlock value={run.args ?? []} showAll={m.showAll} />
      </Part>
      <Part title={m.kwargs}>
        <JsonBlock value={run.kwargs ?? {}} showAll={m.showAll} />
      </Part>
    </>
  );
}
