import ArrowDropDownIcon from "@mui/icons-material/ArrowDropDown";
import Button from "@mui/material/Button";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type ReactNode, useState } from "react";
import { useComponentMessages } from "./messages.ts";

export interface Choice {
  value: string;
  label: ReactNode;
  /** What the search inside a long menu looks at; default: the value. */
  text?: string;
}
interface Props {
  label: string;
  choices: readonly Choice[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** Default: when there are many. */
  isSearchable?: boolean;
}

/** More choices than this get a search field. */
const manyChoices = 10;

/** A filter as a button: "Queue ▾", and with a choice "Queue: slow ▾". */
export function FilterMenu({ label, choices, value, onChange, isSearchable = choices.length > manyChoices }: Props) {
  const m = useComponentMessages();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [text, setText] = useState("");
  const chosen = choices.find((choice) => choice.value === value);
  const pick = (next: string | undefined) => {
    onChange(next);
    setAnchor(null);
  };
  const wanted = text.trim().toLowerCase();
  const shown = choices.filter((choice) => (choice.text ?? choice.value).toLowerCase().includes(wanted)).slice(0, 200);
  return (
    <>
      <Button
        variant="text"
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
        endIcon={<ArrowDropDownIcon />}
        sx={{
          color: value === undefined ? "text.secondary" : "text.primary",
          bgcolor: value === undefined ? undefined : "action.selected",
          maxWidth: 260,
          overflow: "hidden",
          "& .MuiButton-endIcon": { ml: 0.25 },
        }}
      >
        {label}
        {value !== undefined && (
          <>
            <span style={{ whiteSpace: "pre" }}>: </span>
            {chosen?.label ?? value}
          </>
        )}
      </Button>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        slotProps={{ paper: { sx: { maxHeight: 400, minWidth: 180 } } }}
      >
        {isSearchable && (
          <TextField
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key !== "Escape" && event.stopPropagation()}
            sx={{ px: 1, pb: 1, width: "100%" }}
            slotProps={{ htmlInput: { "aria-label": label } }}
          />
        )}
        <MenuItem selected={value === undefined} onClick={() => pick(undefined)}>
          {m.any}
        </MenuItem>
        {shown.map((choice) => (
          <MenuItem key={choice.value} selected={choice.value === value} onClick={() => pick(choice.value)}>
            {choice.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
