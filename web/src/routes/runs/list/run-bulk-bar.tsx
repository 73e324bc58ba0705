import Button from "@mui/material/Button";
import { useState } from "react";
import { Confirm } from "../../../components/confirm.tsx";
import type { Selection } from "../../../components/selection.ts";
import { SelectionBar } from "../../../components/selection-bar.tsx";
import { useToast } from "../../../components/toast.tsx";
import { cancelRuns, isFinished, runAllAgain } from "../../../services/runs.ts";
import { useMay } from "../../../services/session.ts";
import type { RunSummary } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";

/** Cancels those of the selected that have not ended, or sends the selected anew; both ask first, with the number. */
export function RunBulkBar({ rows, selection }: { rows: readonly RunSummary[]; selection: Selection<string> }) {
  const m = useRunMessages();
  const may = useMay();
  const toast = useToast();
  const [asking, setAsking] = useState<"cancel" | "again">();
  const [isBusy, setBusy] = useState(false);
  const chosen = rows.filter((row) => selection.ids.has(row.id));
  const unfinished = chosen.filter((row) => !isFinished(row));
  const running = unfinished.filter((row) => row.state === "running").length;
  const repeatable = chosen.filter((row) => isFinished(row));

  const act = async (what: "cancel" | "again") => {
    setBusy(true);
    const ids = (what === "cancel" ? unfinished : repeatable).map((row) => row.id);
    const { done, failures } = await (what === "cancel" ? cancelRuns(ids) : runAllAgain(ids));
    if (failures.length > 0) toast.fail(failures[0], m.bulk.failed(failures.length));
    else toast.say(what === "cancel" ? m.bulk.cancelled(done) : m.bulk.sent(done));
    setBusy(false);
    setAsking(undefined);
    selection.clear();
  };

  if (chosen.length === 0) return null;
  return (
    <SelectionBar text={m.bulk.selected(chosen.length)} clearLabel={m.bulk.clear} onClear={selection.clear}>
      {may("runs.cancel") && (
        <Button disabled={unfinished.length === 0} onClick={() => setAsking("cancel")}>
          {m.bulk.cancel(unfinished.length)}
        </Button>
      )}
      {may("runs.send") && (
        <Button disabled={repeatable.length === 0} onClick={() => setAsking("again")}>
          {m.bulk.again(repeatable.length)}
        </Button>
      )}
      <Confirm
        open={asking === "cancel"}
        danger
        title={m.bulk.cancelTitle(unfinished.length)}
        action={m.bulk.cancelAction(unfinished.length)}
        keep={m.bulk.keep}
        busy={isBusy}
        onConfirm={() => void act("cancel")}
        onClose={() => setAsking(undefined)}
      >
        {m.bulk.cancelText(unfinished.length - running, running)}
      </Confirm>
      <Confirm
        open={asking === "again"}
        title={m.bulk.againTitle(repeatable.length)}
        action={m.bulk.againAction(repeatable.length)}
        busy={isBusy}
        onConfirm={() => void act("again")}
        onClose={() => setAsking(undefined)}
      >
        {m.bulk.againText(repeatable.length)}
      </Confirm>
    </SelectionBar>
  );
}
