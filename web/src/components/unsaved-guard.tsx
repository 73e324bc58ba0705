import { useEffect } from "react";
import { useBlocker } from "react-router-dom";
import { Confirm } from "./confirm.tsx";

interface Props {
  /** Read at the moment of leaving, so that a save just before it counts. */
  isDirty: () => boolean;
  words: { title: string; text: string; action: string };
}

/** Asks before a page with unsaved changes is left, by a link, by back, or by closing the tab. */
export function UnsavedGuard({ isDirty, words }: Props) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isDirty(),
  );
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isDirty()) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);
  return (
    <Confirm
      open={blocker.state === "blocked"}
      title={words.title}
      action={words.action}
      danger
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    >
      {words.text}
    </Confirm>
  );
}
