import ArrowDropDownIcon from "@mui/icons-material/ArrowDropDown";
import MoreHorizIcon from "@mui/icons-material/MoreHoriz";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState } from "react";
import { isFinished } from "../../../services/runs.ts";
import { useMay } from "../../../services/session.ts";
import type { RunView } from "../../../services/wire.ts";
import { useRunMessages } from "../messages.ts";
import { useRunActions } from "../parts/use-run-actions.tsx";
import { useRunPageMessages } from "./messages.ts";

/** What can be done with the run; each only where it is allowed and has a meaning. */
export function RunActions({ run }: { run: RunView }) {
  const m = useRunMessages().actions;
  const { more } = useRunPageMessages();
  const may = useMay();
  const actions = useRunActions();
  const [againAt, setAgainAt] = useState<HTMLElement | null>(null);
  const [moreAt, setMoreAt] = useState<HTMLElement | null>(null);
  const isOpen = !isFinished(run);
  const again = (definition: "sent" | "current") => () => {
    setAgainAt(null);
    void actions.again(run, definition);
  };
  const choice = (title: string, help: string) => (
    <div>
      {title}
      <Box sx={{ color: "text.secondary", fontSize: 12.5 }}>{help}</Box>
    </div>
  );
  return (
    <>
      {isOpen && may("runs.cancel") && run.cancelRequestedAt === null && (
        <Button onClick={() => actions.cancel(run)}>{m.cancel}</Button>
      )}
      {may("runs.send") &&
        run.told?.inputUnknown !== true &&
        (run.periodicTask ? (
          <Button
            variant={isOpen ? "outlined" : "contained"}
            aria-haspopup="menu"
            endIcon={<ArrowDropDownIcon />}
            onClick={(event) => setAgainAt(event.currentTarget)}
          >
            {m.again}
          </Button>
        ) : (
          <Button variant={isOpen ? "outlined" : "contained"} onClick={again("sent")}>
            {m.again}
          </Button>
        ))}
      <Menu open={againAt !== null} anchorEl={againAt} onClose={() => setAgainAt(null)}>
        <MenuItem onClick={again("sent")}>{choice(m.asSent, m.asSentHelp)}</MenuItem>
        <MenuItem onClick={again("current")}>{choice(m.asToday, m.asTodayHelp)}</MenuItem>
      </Menu>
      {run.state === "running" && may("runs.terminate") && (
        <>
          <IconButton aria-label={more} aria-haspopup="menu" onClick={(event) => setMoreAt(event.currentTarget)}>
            <MoreHorizIcon fontSize="small" />
          </IconButton>
          <Menu open={moreAt !== null} anchorEl={moreAt} onClose={() => setMoreAt(null)}>
            <MenuItem
              sx={{ color: "error.main" }}
              onClick={() => {
                setMoreAt(null);
                actions.force(run);
              }}
            >
              {m.force} …
            </MenuItem>
          </Menu>
        </>
      )}
      {actions.dialog}
    </>
  );
}
