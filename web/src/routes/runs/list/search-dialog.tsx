import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useComponentMessages } from "../../../components/messages.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { type RunFilter, runSearchAgain, setSearchAside, useSearchCount } from "../../../services/runs.ts";
import { useRunMessages } from "../messages.ts";

const most = 10_000;
const usual = 100;

/** Runs again, or sets aside, all that the list's filter finds: first how many these are, and at most as many as one says. */
export function SearchDialog({ filter, onClose }: { filter: RunFilter; onClose: () => void }) {
  const m = useRunMessages().searchAll;
  const c = useComponentMessages();
  const format = useFormat();
  const toast = useToast();
  const [text, setText] = useState(String(usual));
  const [isBusy, setBusy] = useState(false);
  const cap = Number(text);
  const isValid = Number.isInteger(cap) && cap >= 1 && cap <= most;
  const answer = useSearchCount(filter);
  const matched = answer.data?.matched;
  const taken = matched === undefined || !isValid ? 0 : Math.min(matched.value, cap);

  const act = async (what: "again" | "aside") => {
    setBusy(true);
    try {
      const report = await (what === "again" ? runSearchAgain : setSearchAside)(filter, cap);
      const [failure] = report.failures;
      if (failure !== undefined) toast.say(m.partly(report.done, report.failures.length, failure.detail));
      else toast.say(what === "again" ? m.sent(report.done) : m.wasSetAside(report.done));
      onClose();
    } catch (error) {
      toast.fail(error, m.failed);
      setBusy(false);
    }
  };

  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>{m.title}</DialogTitle>
      <DialogContent>
        {answer.error && <ProblemView error={answer.error} what={m.failed} onRetry={() => void answer.refetch()} />}
        <Box aria-live="polite" sx={{ pb: 2, minHeight: 44 }}>
          {matched === undefined ? "…" : m.found(format.number(matched.value), matched.capped)}
        </Box>
        <TextField
          label={m.cap}
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={!isValid}
          helperText={isValid ? m.capHelp : m.capRange(format.number(most))}
          slotProps={{ htmlInput: { inputMode: "numeric" } }}
          fullWidth
        />
      </DialogContent>
      <DialogActions sx={{ flexWrap: "wrap", gap: 1, "& > *": { ml: "0 !important" } }}>
        <Button variant="text" onClick={onClose}>
          {c.cancel}
        </Button>
        <Button disabled={isBusy || taken === 0} onClick={() => void act("aside")}>
          {m.setAside(taken)}
        </Button>
        <Button variant="contained" disabled={isBusy || taken === 0} onClick={() => void act("again")}>
          {m.again(taken)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
