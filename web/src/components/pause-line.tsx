import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";
import type { PauseInForce } from "../services/wire.ts";
import { NoteLine } from "./note-line.tsx";
import { usePauseMessages } from "./pause-messages.ts";
import { When } from "./when.tsx";

/** A pause in a sentence: whose it is, why and how long. */
export function usePauseText(): (pause: Pick<PauseInForce, "scope" | "scopeId" | "by" | "reason">) => string {
  const { inForce } = usePauseMessages();
  return ({ scope, scopeId, by, reason }) => {
    switch (scope) {
      case "all":
        return inForce.all(by, reason);
      case "tag":
        return inForce.tag(scopeId, by, reason);
      case "periodic-task":
        return inForce.periodicTask(by, reason);
      case "schedule":
        return inForce.schedule(by, reason);
    }
  };
}

/** Under what a pause holds back. One that is wider than what is looked at leads to the list of all. */
export function PauseLine({ pause, children }: { pause: PauseInForce; children?: ReactNode }) {
  const m = usePauseMessages();
  const text = usePauseText();
  const isWider = pause.scope === "all" || pause.scope === "tag";
  return (
    <NoteLine state="held">
      {text(pause)}
      {pause.untilAt !== null && (
        <>
          {" · "}
          {m.untilWord} <When at={pause.untilAt} />
        </>
      )}
      {isWider && (
        <>
          {" · "}
          <Link to="/pauses">{m.all}</Link>
        </>
      )}
      {children}
    </NoteLine>
  );
}

/** Ends the pause, in a line of text. */
export function ResumeButton({ onClick }: { onClick: () => void }) {
  const m = usePauseMessages();
  return (
    <Button variant="text" onClick={onClick} sx={{ minHeight: 24, py: 0, fontSize: 13, textDecoration: "underline" }}>
      {m.resume}
    </Button>
  );
}
