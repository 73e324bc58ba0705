import Autocomplete from "@mui/material/Autocomplete";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { PauseDialog } from "../../components/pause-dialog.tsx";
import { useTags } from "../../services/tasks.ts";
import type { NewPause } from "../../services/wire.ts";
import { usePausesMessages } from "./messages.ts";

interface Props {
  scope: "all" | "tag";
  begin: (pause: NewPause) => Promise<void>;
  onClose: () => void;
}

/** Asks for the tag where one is to be paused, why and how long. */
export function NewPauseDialog({ scope, begin, onClose }: Props) {
  const m = usePausesMessages();
  const tags = useTags().data ?? [];
  const [tag, setTag] = useState("");
  return (
    <PauseDialog
      title={scope === "all" ? m.allTitle : m.tagTitle}
      pause={(how) => begin({ scope, scopeId: scope === "tag" ? tag.replace(/^#/, "").trim() : "", ...how })}
      onClose={onClose}
    >
      {scope === "all" ? (
        <div>{m.allText}</div>
      ) : (
        <Autocomplete
          freeSolo
          options={tags}
          inputValue={tag}
          onInputChange={(_, value) => setTag(value)}
          renderInput={(params) => <TextField {...params} required autoFocus label={m.tag} helperText={m.tagText} />}
        />
      )}
    </PauseDialog>
  );
}
