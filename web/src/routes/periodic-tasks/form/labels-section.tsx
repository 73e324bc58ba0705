import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useTags } from "../../../services/tasks.ts";
import type { PersonView } from "../../../services/wire.ts";
import type { Draft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useFormMessages } from "./messages.ts";
import { Section } from "./section.tsx";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  people: readonly PersonView[];
}

export function LabelsSection({ draft, change, errors, people }: Props) {
  const m = useFormMessages();
  const [tagFault] = errors.under("/tags");
  return (
    <Section title={m.labels.title}>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 240px" }, gap: 1.5, alignItems: "start" }}>
        <Autocomplete
          multiple
          freeSolo
          autoSelect
          options={useTags().data ?? []}
          value={draft.tags}
          onChange={(_, tags) =>
            change({ tags: [...new Set(tags.map((tag) => tag.replace(/^#/, "").trim()))].filter(Boolean) })
          }
          renderInput={(params) => (
            <TextField
              {...params}
              label={m.labels.tags}
              error={tagFault !== undefined}
              helperText={tagFault?.text ?? m.labels.tagsHelp}
            />
          )}
        />
        <Autocomplete
          options={people}
          value={people.find((person) => person.id === draft.ownerId) ?? null}
          getOptionLabel={({ username, displayName }) => (displayName ? `${displayName} (${username})` : username)}
          isOptionEqualToValue={(a, b) => a.id === b.id}
          onChange={(_, person) => change({ ownerId: person?.id ?? null })}
          renderInput={(params) => (
            <TextField
              {...params}
              label={m.labels.owner}
              placeholder={m.labels.noOwner}
              error={errors.at("/ownerId") !== undefined}
              helperText={errors.at("/ownerId")}
            />
          )}
        />
      </Box>
    </Section>
  );
}
