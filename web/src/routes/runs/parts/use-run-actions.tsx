import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router-dom";
import { Confirm } from "../../../components/confirm.tsx";
import { useToast } from "../../../components/toast.tsx";
import { cancelRun, runAgain, terminateRun } from "../../../services/runs.ts";
import type { RunSummary } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";

type Asking = { what: "cancel" | "force"; run: RunSummary };

/** Cancel and End by force ask first; Run again is done at once and leads to the new run. `dialog` is to be drawn by the caller. */
export function useRunActions() {
  const m = useRunMessages().actions;
  const toast = useToast();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>();
  const [isBusy, setBusy] = useState(false);

  const attempt = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
      setAsking(undefined);
    }
  };
  const again = (run: RunSummary, definition: "sent" | "current") =>
    attempt(async () => {
      const fresh = await runAgain(run.id, definition);
      toast.say(m.sentAgain);
      await navigate(`/runs/${encodeURIComponent(fresh.id)}`);
    });
  const confirmed = ({ what, run }: Asking) =>
    attempt(async () => {
      if (what === "force") await terminateRun(run.id);
      else await cancelRun(run.id);
      toast.say(what === "force" ? m.forced : run.state === "running" ? m.cancelRequested : m.cancelled);
    });

  const isForce = asking?.what === "force";
  const dialog: ReactNode = asking && (
    <Confirm
      open
      danger
      title={isForce ? m.forceTitle : m.cancelWaitingTitle}
      action={isForce ? m.forceAction : m.cancelAction}
      keep={isForce ? undefined : m.keep}
      busy={isBusy}
      onConfirm={() => void confirmed(asking)}
      onClose={() => setAsking(undefined)}
    >
      {isForce ? m.forceText : asking.run.state === "running" ? m.cancelRunningText : m.cancelWaitingText}
    </Confirm>
  );
  return {
    dialog,
    again,
    cancel: (run: RunSummary) => setAsking({ what: "cancel", run }),
    force: (run: RunSummary) => setAsking({ what: "force", run }),
  };
}
