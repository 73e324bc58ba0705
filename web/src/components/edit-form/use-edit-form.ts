import { useCallback, useRef, useState } from "react";
import { isProblem, problemOf } from "../../services/problem.ts";
import { useProblemFields } from "../problem-fields.ts";

interface Options<Draft> {
  initial: Draft;
  save: (draft: Draft) => Promise<unknown>;
  /** Called when it is saved; leaving is then free. */
  onSaved: () => void;
  /** Makes a draft of what the server answers beside `stale_version`; with `mine`, the draft that overwrites it. */
  rebase: (current: unknown, mine?: Draft) => Draft;
}

/** The state of a plain form: what is typed, what the server said to it, and what somebody else has saved meanwhile. */
export function useEditForm<Draft>({ initial, save, onSaved, rebase }: Options<Draft>) {
  const [draft, setDraft] = useState(initial);
  const [error, setError] = useState<unknown>();
  const [current, setCurrent] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const latest = useRef({ draft, isSaved: false });
  latest.current.draft = draft;
  const first = useRef(initial);
  const isDirty = useCallback(
    () => !latest.current.isSaved && JSON.stringify(latest.current.draft) !== JSON.stringify(first.current),
    [],
  );
  const send = async (wanted: Draft) => {
    setBusy(true);
    setError(undefined);
    try {
      await save(wanted);
      latest.current.isSaved = true;
      onSaved();
    } catch (refusal) {
      if (isProblem(refusal, "stale_version") && problemOf(refusal).current !== undefined) {
        setCurrent(problemOf(refusal).current);
      } else setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return {
    draft,
    change: (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes })),
    error,
    fields: useProblemFields(error),
    isBusy,
    isDirty,
    submit: () => send(draft),
    stale:
      current === undefined
        ? undefined
        : {
            theirs: rebase(current),
            takeTheirs: () => {
              const theirs = rebase(current);
              first.current = theirs;
              setDraft(theirs);
              setCurrent(undefined);
            },
            keepMine: () => {
              setCurrent(undefined);
              const mine = rebase(current, draft);
              setDraft(mine);
              void send(mine);
            },
            close: () => setCurrent(undefined),
          },
  };
}

export type EditFormState<Draft> = ReturnType<typeof useEditForm<Draft>>;
