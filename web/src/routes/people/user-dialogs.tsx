import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router-dom";
import { Confirm } from "../../components/confirm.tsx";
import { useComponentMessages } from "../../components/messages.ts";
import { PasswordField } from "../../components/password-field.tsx";
import { useProblemFields } from "../../components/problem-fields.ts";
import { ProblemView } from "../../components/problem-view.tsx";
import { useToast } from "../../components/toast.tsx";
import { removeUser, setUserPassword } from "../../services/people.ts";
import { isProblem } from "../../services/problem.ts";
import type { UserView } from "../../services/wire.ts";
import { usePeopleMessages } from "./messages.ts";

interface Props {
  user: UserView;
  onClose: () => void;
}

export function SetPassword({ user, onClose }: Props) {
  const m = usePeopleMessages().password;
  const common = useComponentMessages();
  const toast = useToast();
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const fields = useProblemFields(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await setUserPassword(user.id, password);
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
        <DialogTitle>{m.title(user.username)}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <Box>{m.text}</Box>
          {error !== undefined && fields.at("/newPassword") === undefined && <ProblemView error={error} />}
          <PasswordField
            label={m.label}
            value={password}
            onChange={setPassword}
            error={fields.at("/newPassword")}
            autoComplete="new-password"
            autoFocus
          />
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" variant="contained" disabled={password === ""} loading={isBusy}>
            {m.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

export function RemoveUser({ user, onClose }: Props) {
  const { removeUser: m, lastSuperuser } = usePeopleMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await removeUser(user.id);
      toast.say(m.done);
      await navigate("/users");
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Confirm
      open
      danger
      title={m.title(user.username)}
      action={m.action}
      busy={isBusy || error !== undefined}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {m.text}
      {error !== undefined && (
        <Box sx={{ mt: 2 }}>{isProblem(error, "last_superuser") ? lastSuperuser : <ProblemView error={error} />}</Box>
      )}
    </Confirm>
  );
}
