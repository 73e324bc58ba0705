import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useComponentMessages } from "../../../components/messages.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useTags } from "../../../services/tasks.ts";
import type { PeriodicTaskSummary } from "../../../services/wire.ts";
import { usePeriodicTaskMessages } from "../messages.ts";

interface Props {
  rows: readonly PeriodicTaskSummary[];
  save: (change: { add: string[]; remove: string[] }) => Promise<void>;
  onClose: () => void;
}

const cleaned = (tags: readonly string[]) => [
  ...new Set(tags.map((tag) => tag.replace(/^#/, "").trim()).filter((tag) => tag !== "")),
];

/** Tags to give to the chosen rows and to take from them. */
export function TagDialog({ rows, save, onClose }: Props) {
  const m = usePeriodicTaskMessages();
  const words = useComponentMessages();
  const known = useTags().data ?? [];
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const present = [...new Set(rows.flatMap((row) => row.tags))].sort();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await save({ add, remove });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle>{m.bulk.tagTitle(rows.length)}</DialogTitle>
        <DialogContent>
          <Box sx={{ display: "grid", gap: 2, pt: 1 }}>
            {error !== undefined && <ProblemView error={error} />}
            <Autocomplete
              multiple
              freeSolo
              autoSelect
              options={known}
              value={add}
              onChange={(_, tags) => setAdd(cleaned(tags))}
              renderInput={(params) => (
                <TextField {...params} autoFocus label={m.bulk.tagAdd} helperText={m.bulk.tagHelp} />
              )}
            />
            {present.length > 0 && (
              <Autocomplete
                multiple
                options={present}
                value={remove}
                onChange={(_, tags) => setRemove(tags)}
                renderInput={(params) => <TextField {...params} label={m.bulk.tagRemove} />}
              />
            )}
          </Box>
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" variant="contained" loading={isBusy} disabled={add.length === 0 && remove.length === 0}>
            {m.bulk.tagAction(rows.length)}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
