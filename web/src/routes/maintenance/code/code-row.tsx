import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";
import { Link } from "react-router-dom";
import { NoteLine } from "../../../components/note-line.tsx";
import { ValueDiff } from "../../../components/value-diff.tsx";
import type { CodePlan } from "../../../services/wire.ts";
import { useMaintenanceMessages } from "../messages.ts";

type Item = CodePlan["items"][number];

/** One periodic task: what code changes, what is in conflict, what was edited here; opened, the values side by side. */
export function CodeRow({ item }: { item: Item }) {
  const m = useMaintenanceMessages().code;
  const [isOpen, setOpen] = useState(false);
  const { action, app, name, periodicTaskId, updates, conflicts, drift, reason } = item;
  const fieldsOf = (of: readonly { field: string }[]) => of.map(({ field }) => field).join(m.join);
  const hasValues = updates.length + conflicts.length + drift.length > 0;
  const isWrong = action === "conflict" || action === "invalid" || conflicts.length > 0;
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: "rule", py: 0.75 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 1 }}>
        {periodicTaskId === null ? <span>{name}</span> : <Link to={`/periodic-tasks/${periodicTaskId}`}>{name}</Link>}
        <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
          {app}
        </Box>
        <Box component="span" sx={{ flex: 1 }}>
          {m.actions[action]}
        </Box>
        {hasValues && (
          <Button variant="text" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} sx={{ minHeight: 24, py: 0 }}>
            {m.details}
          </Button>
        )}
      </Box>
      {updates.length > 0 && <NoteLine state="sent">{m.updates(fieldsOf(updates))}</NoteLine>}
      {conflicts.length > 0 && <NoteLine state="failed">{m.conflicts(fieldsOf(conflicts))}</NoteLine>}
      {drift.length > 0 && <NoteLine state="retrying">{m.drift(fieldsOf(drift))}</NoteLine>}
      {reason !== undefined && (
        <NoteLine state={isWrong ? "failed" : "skipped"}>
          <span lang="en">{reason}</span>
        </NoteLine>
      )}
      {isOpen && <Values item={item} />}
    </Box>
  );
}

function Values({ item: { updates, conflicts, drift } }: { item: Item }) {
  const m = useMaintenanceMessages().code;
  const here = [
    ...updates.map(({ field, from }) => [field, from]),
    ...[...conflicts, ...drift].map(({ field, now }) => [field, now]),
  ];
  const code = [
    ...updates.map(({ field, to }) => [field, to]),
    ...[...conflicts, ...drift].map(({ field, code: value }) => [field, value]),
  ];
  const side = (values: readonly (readonly unknown[])[]) =>
    Object.fromEntries(values.map(([field, value]) => [String(field), value ?? undefined]));
  return (
    <Box sx={{ my: 1 }}>
      <ValueDiff before={side(here)} after={side(code)} labels={{ before: m.before, after: m.after, none: m.none }} />
    </Box>
  );
}
