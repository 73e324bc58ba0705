import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type ReactNode, useState } from "react";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { Pager } from "../../../components/pager.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { ValueDiff } from "../../../components/value-diff.tsx";
import { When } from "../../../components/when.tsx";
import { useChangesOf } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { ChangeView, PeriodicTaskView } from "../../../services/wire.ts";
import { useFieldNames } from "../form/field-names.ts";
import { usePageMessages } from "./messages.ts";
import { isWhole } from "./revert.ts";
import { RevertDialog } from "./revert-dialog.tsx";
import { undoOf } from "./undo.ts";

/** Who changed what, with what was there before and after. */
export function ChangesTab({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages();
  const may = useMay();
  const [get] = useUrlState();
  const answer = useChangesOf({ resourceId: task.id, after: get("after") });
  const [before, setBefore] = useState<unknown>();
  const mayRevert = may("periodic-tasks.edit") && task.archivedAt === null;
  if (answer.error) {
    return <ProblemView error={answer.error} what={m.changes.failed} onRetry={() => void answer.refetch()} />;
  }
  if (!answer.data) return <LoadingRows />;
  if (answer.data.items.length === 0) return <EmptyState title={m.changes.none} />;
  return (
    <>
      {answer.data.items.map((change) => (
        <Change key={change.id} change={change}>
          {mayRevert && <TakeBack task={task} change={change} onRevert={setBefore} />}
        </Change>
      ))}
      {isWhole(before) && <RevertDialog task={task} before={before} onClose={() => setBefore(undefined)} />}
      <Pager page={answer.data} />
    </>
  );
}

/** Bookkeeping that changes with everything. */
const omitted = ["version", "updatedAt", "createdAt", "nextAt", "strip", "last", "id", "uid"];

/** Takes a change back: a whole edit after a look at what that changes now, a switch or a pause at once. */
function TakeBack({
  task,
  change: { action, before, after },
  onRevert,
}: {
  task: PeriodicTaskView;
  change: ChangeView;
  onRevert: (before: unknown) => void;
}) {
  const m = usePageMessages();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  if (isWhole(before)) {
    return (
      <Button size="small" onClick={() => onRevert(before)}>
        {m.revert.open}
      </Button>
    );
  }
  const undo = undoOf(task, action, before, after);
  if (undo === undefined) return null;
  const run = async () => {
    setBusy(true);
    try {
      await undo();
      toast.say(m.revert.done(task.name));
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="small" loading={isBusy} onClick={() => void run()}>
      {m.revert.open}
    </Button>
  );
}

function Change({ change, children }: { change: ChangeView; children: ReactNode }) {
  const m = usePageMessages();
  const { nameOf } = useFieldNames();
  const { actions } = m.changes;
  const action = change.action in actions ? actions[change.action as keyof typeof actions] : change.action;
  return (
    <Box component="article" sx={{ py: 1.5, borderBottom: 1, borderColor: "rule" }}>
      <Box sx={{ mb: 0.75, display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
        <Box sx={{ flex: 1 }}>
          <strong>{change.by}</strong> {action}{" "}
          <Box component="span" sx={{ color: "text.secondary" }}>
            · <When at={change.at} />
          </Box>
        </Box>
        {children}
      </Box>
      {(change.before !== null || change.after !== null) && (
        <ValueDiff
          before={change.before}
          after={change.after}
          omit={omitted}
          nameOf={nameOf}
          labels={{ before: m.changes.before, after: m.changes.after, none: m.changes.same }}
        />
      )}
    </Box>
  );
}
