import Button from "@mui/material/Button";
import { useState } from "react";
import { Confirm } from "../../../components/confirm.tsx";
import { PauseDialog } from "../../../components/pause-dialog.tsx";
import type { Selection } from "../../../components/selection.ts";
import { SelectionBar } from "../../../components/selection-bar.tsx";
import { useToast } from "../../../components/toast.tsx";
import { actOnPeriodicTasks } from "../../../services/periodic-tasks.ts";
import { refusalOf } from "../../../services/problem.ts";
import { useMay } from "../../../services/session.ts";
import type { BulkAction, PauseInput, PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";
import { useSwitch } from "../parts/use-switch.ts";
import { TagDialog } from "./tag-dialog.tsx";

/** What can be done with the selected rows, with their number. Enabling and disabling can be undone; the rest asks first. */
export function BulkBar({ rows, selection }: { rows: readonly PeriodicTaskSummary[]; selection: Selection }) {
  const m = usePeriodicTaskMessages();
  const may = useMay();
  const toast = useToast();
  const setEnabled = useSwitch();
  const [asking, setAsking] = useState<"run" | "delete" | "pause" | "tag">();
  const [isBusy, setBusy] = useState(false);
  const count = selection.ids.size;
  const chosen = rows.filter((row) => selection.ids.has(row.id));

  /** Throws what refuses all of them; what keeps some is told. */
  const send = async (action: BulkAction, done: (count: number) => string, undo?: BulkAction) => {
    const result = await actOnPeriodicTasks(action);
    const [failed] = result.failed;
    if (failed) toast.fail(refusalOf(failed), m.bulk.failed(result.failed.length, ""));
    else {
      const takeBack = () => void actOnPeriodicTasks(undo as BulkAction).catch((error: unknown) => toast.fail(error));
      toast.say(done(result.done), undo && takeBack);
    }
    selection.clear();
    setAsking(undefined);
  };
  const act = async (action: "run" | "delete") => {
    setBusy(true);
    try {
      await send({ action, ids: [...selection.ids] }, action === "run" ? m.bulk.ran : m.bulk.removed);
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
    }
  };
  const pause = (how: PauseInput) => {
    const ids = [...selection.ids];
    // One that was paused before would not get its own pause back.
    const isFresh = chosen.every((row) => row.paused === null);
    return send({ action: "pause", ids, ...how }, m.bulk.paused, isFresh ? { action: "resume", ids } : undefined);
  };
  const told = async (action: BulkAction, done: (count: number) => string) => {
    try {
      await send(action, done);
    } catch (error) {
      toast.fail(error);
    }
  };
  const resume = () => {
    const ids = chosen.filter(({ paused }) => paused?.scope === "periodic-task").map(({ id }) => id);
    return told({ action: "resume", ids }, m.bulk.resumed);
  };
  const release = () => {
    const ids = chosen.filter(({ heldReason }) => heldReason !== null).map(({ id }) => id);
    return told({ action: "release", ids }, m.bulk.released);
  };
  const tag = (change: { add: string[]; remove: string[] }) =>
    send({ action: "tag", ids: [...selection.ids], ...change }, m.bulk.tagged);

  if (count === 0) return null;
  return (
    <SelectionBar text={m.bulk.selected(count)} clearLabel={m.bulk.clear} onClear={selection.clear}>
      {may("periodic-tasks.edit") && (
        <>
          <Button onClick={() => void setEnabled(chosen, true)}>{m.bulk.enable}</Button>
          <Button onClick={() => void setEnabled(chosen, false)}>{m.bulk.disable}</Button>
          <Button onClick={() => setAsking("pause")}>{m.bulk.pause}</Button>
          {chosen.some(({ paused }) => paused?.scope === "periodic-task") && (
            <Button onClick={() => void resume()}>{m.bulk.resume}</Button>
          )}
          {chosen.some(({ heldReason }) => heldReason !== null) && (
            <Button onClick={() => void release()}>{m.bulk.release}</Button>
          )}
          <Button onClick={() => setAsking("tag")}>{m.bulk.tag}</Button>
        </>
      )}
      {may("periodic-tasks.run") && <Button onClick={() => setAsking("run")}>{m.bulk.run}</Button>}
      {may("periodic-tasks.delete") && (
        <Button color="error" onClick={() => setAsking("delete")}>
          {m.bulk.remove}
        </Button>
      )}
      {asking === "pause" && (
        <PauseDialog title={m.bulk.pauseTitle(count)} pause={pause} onClose={() => setAsking(undefined)} />
      )}
      {asking === "tag" && <TagDialog rows={chosen} save={tag} onClose={() => setAsking(undefined)} />}
      <Confirm
        open={asking === "run"}
        title={m.bulk.runTitle(count)}
        action={m.bulk.runAction(count)}
        busy={isBusy}
        onConfirm={() => void act("run")}
        onClose={() => setAsking(undefined)}
      >
        {m.bulk.runText(count)}
      </Confirm>
      <Confirm
        open={asking === "delete"}
        danger
        title={m.bulk.removeTitle(count)}
        action={m.bulk.removeAction(count)}
        busy={isBusy}
        onConfirm={() => void act("delete")}
        onClose={() => setAsking(undefined)}
      >
        {m.bulk.removeText(count)}
      </Confirm>
    </SelectionBar>
  );
}
