import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { Confirm } from "../../../components/confirm.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import { useToast } from "../../../components/toast.tsx";
import { ValueDiff } from "../../../components/value-diff.tsx";
import { returnToCode } from "../../../services/periodic-tasks.ts";
import { useMay } from "../../../services/session.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import { useFieldNames } from "../form/field-names.ts";
import { usePageMessages } from "./messages.ts";

/** That code defines it, and where it was edited since: field by field, with the way back. */
export function CodeNote({ task }: { task: PeriodicTaskView }) {
  const m = usePageMessages().code;
  const may = useMay();
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { codeApp, drift } = task;
  if (codeApp === null || drift.length === 0) return null;
  const back = async () => {
    setBusy(true);
    try {
      await returnToCode(task.id);
      toast.say(m.returned(task.name));
      setAsking(false);
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div>
      <NoteLine state="retrying">
        {m.drift(drift.length, codeApp)}{" "}
        <Button
          variant="text"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          sx={{ minHeight: 24, py: 0, fontSize: 13, textDecoration: "underline" }}
        >
          {isOpen ? m.hide : m.show}
        </Button>
      </NoteLine>
      {isOpen && (
        <Box sx={{ maxWidth: 860, my: 1, display: "grid", gap: 1, justifyItems: "start" }}>
          <Box sx={{ width: "100%" }}>
            <DriftTable drift={drift} />
          </Box>
          {may("periodic-tasks.edit") && task.archivedAt === null && (
            <Button onClick={() => setAsking(true)}>{m.back}</Button>
          )}
        </Box>
      )}
      <Confirm
        open={isAsking}
        title={m.backTitle(task.name)}
        action={m.backAction(drift.length)}
        busy={isBusy}
        onConfirm={() => void back()}
        onClose={() => setAsking(false)}
      >
        {m.backText}
      </Confirm>
    </div>
  );
}

function DriftTable({ drift }: { drift: PeriodicTaskView["drift"] }) {
  const m = usePageMessages().code;
  const { driftNameOf } = useFieldNames();
  const side = (of: "code" | "now") =>
    Object.fromEntries(drift.map(({ field, ...both }) => [field, both[of] ?? undefined]));
  return (
    <ValueDiff
      before={side("code")}
      after={side("now")}
      nameOf={([field, ...rest]) => driftNameOf(String(field), rest)}
      labels={{ before: m.inCode, after: m.now, none: m.same }}
    />
  );
}
