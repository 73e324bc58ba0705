import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useState } from "react";
import { Confirm } from "../../components/confirm.tsx";
import { PauseDialog } from "../../components/pause-dialog.tsx";
import { ProblemView } from "../../components/problem-view.tsx";
import { useToast } from "../../components/toast.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { QueueView } from "../../services/wire.ts";
import { pauseQueue, purgeQueue, resumeQueue, usePurgePreview } from "../../services/workers.ts";
import { useHoldMessages } from "./hold-messages.ts";
import { useWorkerMessages } from "./messages.ts";

/** What can be done with a queue. */
export function QueueActions({ queue }: { queue: QueueView }) {
  const m = useHoldMessages();
  const toast = useToast();
  const [asking, setAsking] = useState<"pause" | "purge">();
  const { name, paused } = queue;
  const resume = async () => {
    try {
      await resumeQueue(name);
      toast.say(m.resumed(name), () => {
        if (paused === null) return;
        const { reason, untilAt } = paused;
        pauseQueue(name, { reason, untilAt }).catch((error: unknown) => toast.fail(error));
      });
    } catch (error) {
      toast.fail(error);
    }
  };
  const pause = async (how: Parameters<typeof pauseQueue>[1]) => {
    await pauseQueue(name, how);
    toast.say(m.paused(name), () => {
      resumeQueue(name).catch((error: unknown) => toast.fail(error));
    });
  };
  return (
    <Box sx={{ display: "flex", gap: 0.5, justifyContent: { md: "flex-end" } }}>
      {paused === null ? (
        <Button size="small" aria-label={m.pauseThat(name)} onClick={() => setAsking("pause")}>
          {m.pause}
        </Button>
      ) : (
        <Button size="small" aria-label={m.resumeThat(name)} onClick={() => void resume()}>
          {m.resume}
        </Button>
      )}
      <Button size="small" color="error" aria-label={m.purgeThat(name)} onClick={() => setAsking("purge")}>
        {m.purge}
      </Button>
      {asking === "pause" && (
        <PauseDialog
          title={m.pauseThat(name)}
          about={m.pauseAbout}
          pause={pause}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === "purge" && <PurgeDialog name={name} onClose={() => setAsking(undefined)} />}
    </Box>
  );
}

/** A preview counts no further. */
const previewed = 10_000;

/** Says in numbers what it will cancel, as the engine counts it. */
function PurgeDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const m = useHoldMessages();
  const { count: counted } = useWorkerMessages();
  const format = useFormat();
  const toast = useToast();
  const [scheduled, setScheduled] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const preview = usePurgePreview(name, scheduled);
  const runs = preview.data?.runs ?? 0;
  const messages = preview.data?.messages ?? 0;
  const purge = async () => {
    setBusy(true);
    try {
      const done = await purgeQueue(name, scheduled);
      toast.say(
        done.runs === 0 && done.messages > 0
          ? m.removed(name, format.number(done.messages), done.messages)
          : m.purged(name, format.number(done.runs), done.runs),
      );
      onClose();
    } catch (error) {
      toast.fail(error);
      setBusy(false);
    }
  };
  const told = counted(format.number(runs), runs >= previewed);
  const isEmpty = runs === 0 && messages === 0;
  return (
    <Confirm
      open
      danger
      busy={isBusy || preview.data === undefined || isEmpty}
      title={m.purgeThat(name)}
      action={
        runs === 0 && messages > 0 ? m.removeAction(format.number(messages), messages) : m.purgeAction(told, runs)
      }
      keep={m.keep}
      onConfirm={() => void purge()}
      onClose={onClose}
    >
      {preview.error && <ProblemView error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data !== undefined && (
        <div aria-live="polite">{isEmpty ? m.purgeNothing : m.purgeAbout(told, runs)}</div>
      )}
      {messages > 0 && <Box sx={{ mt: 1 }}>{m.purgeMessages(format.number(messages))}</Box>}
      <FormControlLabel
        sx={{ mt: 1 }}
        control={<Checkbox checked={scheduled} onChange={(event) => setScheduled(event.target.checked)} />}
        label={m.purgeScheduled}
      />
    </Confirm>
  );
}
