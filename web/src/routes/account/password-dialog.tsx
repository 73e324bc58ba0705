import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { type FormEvent, useState } from "react";
import { useComponentMessages } from "../../components/messages.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { useProblemFields } from "../../components/problem-fields.ts";
import { ProblemView } from "../../components/problem-view.tsx";
import { useToast } from "../../components/toast.tsx";
import { changeOwnPassword } from "../../services/account.ts";
import { problemOf } from "../../services/problem.ts";
import { useAccountMessages } from "./messages.ts";

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const m = useAccountMessages().password;
  const common = useComponentMessages();
  const toast = useToast();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [repeated, setRepeated] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const fields = useProblemFields(error);
  const differs = repeated !== "" && !fresh.startsWith(repeated) && repeated !== fresh;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await changeOwnPassword(current, fresh);
      toast.say(m.done);
      onClose();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle>{m.change}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <div>{m.text}</div>
          {error !== undefined && problemOf(error).code !== "invalid" && <ProblemView error={error} />}
          <PasswordField
            label={m.current}
            value={current}
            onChange={setCurrent}
            error={fields.at("/currentPassword")}
            autoComplete="current-password"
            autoFocus
          />
          <PasswordField
            label={m.fresh}
            value={fresh}
            onChange={setFresh}
            error={fields.at("/newPassword")}
            help={m.rules}
            autoComplete="new-password"
          />
          <PasswordField
            label={m.repeated}
            value={repeated}
            onChange={setRepeated}
            error={differs ? m.differs : undefined}
            autoComplete="new-password"
          />
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            type="submit"
            variant="contained"
            disabled={current === "" || fresh === "" || repeated !== fresh}
            loading={isBusy}
          >
            {m.change}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
