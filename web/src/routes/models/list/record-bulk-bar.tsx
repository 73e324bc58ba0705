import Button from "@mui/material/Button";
import { useState } from "react";
import { Confirm } from "../../../components/confirm.tsx";
import type { Selection } from "../../../components/selection.ts";
import { SelectionBar } from "../../../components/selection-bar.tsx";
import { useToast } from "../../../components/toast.tsx";
import { removeRecord } from "../../../services/models.ts";
import { useModelMessages } from "../messages.ts";

/** Deletes the selected records, after asking. */
export function RecordBulkBar({ model, selection }: { model: string; selection: Selection<string> }) {
  const m = useModelMessages();
  const toast = useToast();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const count = selection.ids.size;
  const remove = async () => {
    setBusy(true);
    const answers = await Promise.allSettled([...selection.ids].map((id) => removeRecord(model, id)));
    const failures = answers.filter((answer) => answer.status === "rejected");
    if (failures[0]) toast.fail(failures[0].reason, m.notRemoved(failures.length));
    else toast.say(m.removed(count));
    setBusy(false);
    setAsking(false);
    selection.clear();
  };
  if (count === 0) return null;
  return (
    <SelectionBar text={m.bulk.selected(count)} clearLabel={m.bulk.clear} onClear={selection.clear}>
      <Button color="error" onClick={() => setAsking(true)}>
        {m.bulk.remove(count)}
      </Button>
      <Confirm
        open={isAsking}
        danger
        title={m.removeTitle(count)}
        action={m.removeAction(count)}
        busy={isBusy}
        onConfirm={() => void remove()}
        onClose={() => setAsking(false)}
      >
        {m.removeText}
      </Confirm>
    </SelectionBar>
  );
}
