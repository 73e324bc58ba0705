import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { CopyButton } from "../../components/copy-button.tsx";
import { useComponentMessages } from "../../components/messages.ts";
import { useProblemFields } from "../../components/problem-fields.ts";
import { ProblemView } from "../../components/problem-view.tsx";
import { createToken } from "../../services/account.ts";
import { mono } from "../../theme/theme.ts";
import { useAccountMessages } from "./messages.ts";

const day = 86_400_000;
const lifetimes = [7, 30, 90, 365];

/** Makes a token, and shows it this once. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const m = useAccountMessages().tokens;
  const common = useComponentMessages();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [token, setToken] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const fields = useProblemFields(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const expiresAt = days === "" ? null : Date.now() + Number(days) * day;
      setToken((await createToken({ name: name.trim(), expiresAt })).token);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  if (token !== undefined) return <Created token={token} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle>{m.newTitle}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          {error !== undefined && <ProblemView error={error} />}
          <TextField
            autoFocus
            label={m.name}
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={fields.at("/name") !== undefined}
            helperText={fields.at("/name") ?? m.nameHelp}
            sx={{ mt: 0.75 }}
            slotProps={{ htmlInput: { maxLength: 200 } }}
          />
          <TextField select label={m.expires} value={days} onChange={(event) => setDays(event.target.value)}>
            {lifetimes.map((count) => (
              <MenuItem key={count} value={String(count)}>
                {m.inDays(count)}
              </MenuItem>
            ))}
            <MenuItem value="">{m.never}</MenuItem>
          </TextField>
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" variant="contained" disabled={name.trim() === ""} loading={isBusy}>
            {m.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Created({ token, onClose }: { token: string; onClose: () => void }) {
  const m = useAccountMessages().tokens;
  const code = { fontFamily: mono, fontSize: 13, overflowWrap: "anywhere" } as const;
  return (
    // A click beside it must not lose the token.
    <Dialog open maxWidth="sm" fullWidth>
      <DialogTitle>{m.createdTitle}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5 }}>
        <div>{m.createdText}</div>
        <Box
          sx={{
            display: "flex",
            alignItems: "center",
            gap: 1,
            p: 1.25,
            bgcolor: "sunken",
            border: 1,
            borderColor: "divider",
            borderRadius: 1,
          }}
        >
          <Box component="code" sx={{ ...code, flex: 1, userSelect: "all" }}>
            {token}
          </Box>
          <CopyButton text={token} />
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>
          {m.usage}
          <Box component="code" sx={{ ...code, display: "block" }}>
            Authorization: Bearer …
          </Box>
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          {m.finished}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
