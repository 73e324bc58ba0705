import Box from "@mui/material/Box";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { ValueDiff } from "../../../components/value-diff.tsx";
import { When } from "../../../components/when.tsx";
import { useChangesOf } from "../../../services/periodic-tasks.ts";
import type { ChangeView } from "../../../services/wire.ts";
import { usePageMessages } from "./messages.ts";

/** Who changed what, with what was there before and after. */
export function ChangesTab({ periodicTaskId }: { periodicTaskId: number }) {
  const m = usePageMessages();
  const [get] = useUrlState();
  const answer = useChangesOf({ resourceId: periodicTaskId, after: get("after") });
  if (answer.error) {
    return <ProblemView error={answer.error} what={m.changes.failed} onRetry={() => void answer.refetch()} />;
  }
  if (!answer.data) return <LoadingRows />;
  if (answer.data.items.length === 0) return <EmptyState title={m.changes.none} />;
  return (
    <>
      {answer.data.items.map((change) => (
        <Change key={change.id} change={change} />
      ))}
      <Pager page={answer.data} />
    </>
  );
}

/** Bookkeeping that changes with everything. */
const omitted = ["version", "updatedAt", "createdAt", "nextAt", "strip", "last", "id", "uid"];

function Change({ change }: { change: ChangeView }) {
  const m = usePageMessages();
  const { actions } = m.changes;
  const action = change.action in actions ? actions[change.action as keyof typeof actions] : change.action;
  return (
    <Box component="article" sx={{ py: 1.5, borderBottom: 1, borderColor: "rule" }}>
      <Box sx={{ mb: 0.75 }}>
        <strong>{change.by}</strong> {action}{" "}
        <Box component="span" sx={{ color: "text.secondary" }}>
          · <When at={change.at} />
        </Box>
      </Box>
      {(change.before !== null || change.after !== null) && (
        <ValueDiff
          before={change.before}
          after={change.after}
          omit={omitted}
          labels={{ before: m.changes.before, after: m.changes.after, none: m.changes.same }}
        />
      )}
    </Box>
  );
}
