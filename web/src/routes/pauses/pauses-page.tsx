import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadingRows } from "../../components/loading-page.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useToast } from "../../components/toast.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { beginPause, endPause, useEndedPauses, usePauses } from "../../services/pauses.ts";
import { useMay } from "../../services/session.ts";
import type { NewPause } from "../../services/wire.ts";
import { usePausesMessages } from "./messages.ts";
import { NewPauseDialog } from "./new-pause-dialog.tsx";
import { PauseTable } from "./pause-table.tsx";

/** Everything that is held back now, and the ways to hold back more or to let go. */
export default function PausesPage() {
  const m = usePausesMessages();
  const may = useMay();
  const toast = useToast();
  const answer = usePauses();
  const [asking, setAsking] = useState<"all" | "tag">();
  const mayEdit = may("periodic-tasks.edit");
  const begin = async (wanted: NewPause) => {
    const made = await beginPause(wanted);
    toast.say(m.paused, () => void endPause(made.id).catch((error: unknown) => toast.fail(error)));
  };
  return (
    <>
      <PageHead title={m.title} about={m.about}>
        {mayEdit && (
          <>
            <Button onClick={() => setAsking("tag")}>{m.pauseTag}</Button>
            <Button variant="contained" onClick={() => setAsking("all")}>
              {m.pauseAll}
            </Button>
          </>
        )}
      </PageHead>
      {answer.error && <ProblemView error={answer.error} what={m.readFailed} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <LoadingRows />}
      {answer.data?.length === 0 && <EmptyState title={m.none.title}>{m.none.text}</EmptyState>}
      {answer.data && answer.data.length > 0 && <PauseTable pauses={answer.data} mayResume={mayEdit} />}
      <Ended />
      {asking && <NewPauseDialog scope={asking} begin={begin} onClose={() => setAsking(undefined)} />}
    </>
  );
}

function Ended() {
  const m = usePausesMessages();
  const [get] = useUrlState();
  const { data } = useEndedPauses(get("after"));
  if (!data || (data.items.length === 0 && get("after") === undefined)) return null;
  return (
    <Box component="section" sx={{ mt: 4 }}>
      <Box component="h2" sx={{ m: 0, mb: 1, typography: "h2" }}>
        {m.over}
      </Box>
      <PauseTable pauses={data.items} mayResume={false} />
      <Pager page={data} />
    </Box>
  );
}
