import ArrowDropDownIcon from "@mui/icons-material/ArrowDropDown";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Divider from "@mui/material/Divider";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { Confirm } from "../../../components/confirm.tsx";
import { useComponentMessages } from "../../../components/messages.ts";
import { useProblemFields } from "../../../components/problem-fields.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { isProblem } from "../../../services/problem.ts";
import type { WorkerCommandInput, WorkerView } from "../../../services/wire.ts";
import { commandWorker } from "../../../services/workers.ts";
import { useWorkerPageMessages } from "./messages.ts";

type Command = WorkerCommandInput["command"];
type Field = "n" | "max" | "min" | "queue" | "task_name" | "rate_limit" | "hard" | "soft";

/** What each command asks for, with what stands there at first. */
const fieldsOf: Readonly<Partial<Record<Command, Partial<Record<Field, string>>>>> = {
  pool_grow: { n: "1" },
  pool_shrink: { n: "1" },
  autoscale: { max: "4", min: "1" },
  add_consumer: { queue: "" },
  cancel_consumer: { queue: "" },
  rate_limit: { task_name: "", rate_limit: "" },
  time_limit: { task_name: "", hard: "", soft: "" },
};
const numbers: readonly string[] = ["n", "max", "min", "hard", "soft"];
const groups: readonly (readonly Command[])[] = [
  ["pool_grow", "pool_shrink", "autoscale"],
  ["add_consumer", "cancel_consumer"],
  ["rate_limit", "time_limit"],
  ["enable_events", "disable_events"],
  ["shutdown"],
];

interface Props {
  worker: WorkerView;
  /** To choose from. */
  tasks: readonly string[];
}

/** Everything that one worker can be commanded; each asks for what it needs. */
export function CommandMenu({ worker, tasks }: Props) {
  const m = useWorkerPageMessages();
  const say = useReply();
  const [at, setAt] = useState<HTMLElement | null>(null);
  const [asking, setAsking] = useState<Command>();
  const choose = (command: Command) => {
    setAt(null);
    if (fieldsOf[command] !== undefined || command === "shutdown") setAsking(command);
    else void say(worker.id, { command });
  };
  const close = () => setAsking(undefined);
  return (
    <>
      <Button aria-haspopup="menu" endIcon={<ArrowDropDownIcon />} onClick={(event) => setAt(event.currentTarget)}>
        {m.actions.title}
      </Button>
      <Menu open={at !== null} anchorEl={at} onClose={() => setAt(null)}>
        {groups.flatMap((group, index) => [
          ...(index > 0 ? [<Divider key={`before-${group[0]}`} />] : []),
          ...group.map((command) => (
            <MenuItem
              key={command}
              onClick={() => choose(command)}
              sx={{ color: command === "shutdown" ? "error.main" : undefined }}
            >
              {m.actions[command]}
              {(fieldsOf[command] !== undefined || command === "shutdown") && " …"}
            </MenuItem>
          )),
        ])}
      </Menu>
      {asking === "shutdown" && <Shutdown worker={worker} onClose={close} />}
      {asking !== undefined && asking !== "shutdown" && (
        <CommandDialog worker={worker} command={asking} tasks={tasks} onClose={close} />
      )}
    </>
  );
}

/** Sends a command, and says what the worker replied. Throws what the request was refused with. */
function useReply() {
  const m = useWorkerPageMessages();
  const toast = useToast();
  return async (id: number, input: WorkerCommandInput, isThrown = false): Promise<void> => {
    try {
      const { kind, text } = await commandWorker(id, input);
      if (kind === "ok") toast.say(m.replied(text ?? ""));
      else if (kind === "error") toast.say(m.refused(text ?? ""));
      else toast.say(input.command === "shutdown" ? m.stopSent : m.noReply);
    } catch (error) {
      if (isThrown) throw error;
      toast.fail(error);
    }
  };
}

function Shutdown({ worker, onClose }: { worker: WorkerView; onClose: () => void }) {
  const m = useWorkerPageMessages();
  const format = useFormat();
  const say = useReply();
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await say(worker.id, { command: "shutdown" });
    onClose();
  };
  return (
    <Confirm
      open
      danger
      title={m.shutdownTitle(worker.name)}
      action={m.actions.shutdown}
      busy={isBusy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {m.shutdownText(format.number(worker.running))}
    </Confirm>
  );
}

function CommandDialog({ worker, command, tasks, onClose }: Props & { command: Command; onClose: () => void }) {
  const m = useWorkerPageMessages();
  const common = useComponentMessages();
  const say = useReply();
  const [values, setValues] = useState<Partial<Record<Field, string>>>(fieldsOf[command] ?? {});
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const faults = useProblemFields(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await say(worker.id, { command, arguments: argumentsOf(values) }, true);
      onClose();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  const names = Object.keys(values) as Field[];
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle>{m.actions[command]}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <Box sx={{ color: "text.secondary" }}>{m.actions.note}</Box>
          {error !== undefined && !isProblem(error, "invalid") && <ProblemView error={error} />}
          {names.map((name, index) => {
            const fault = faults.at(`/arguments/${name}`);
            const isTask = name === "task_name" && tasks.length > 0;
            return (
              <TextField
                key={name}
                label={m.fields[name]}
                value={values[name] ?? ""}
                onChange={(event) => setValues({ ...values, [name]: event.target.value })}
                error={fault !== undefined}
                helperText={fault}
                autoFocus={index === 0}
                select={isTask}
                inputMode={numbers.includes(name) ? "numeric" : "text"}
              >
                {isTask
                  ? tasks.map((task) => (
                      <MenuItem key={task} value={task}>
                        {task}
                      </MenuItem>
                    ))
                  : undefined}
              </TextField>
            );
          })}
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" variant="contained" loading={isBusy}>
            {m.send}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function argumentsOf(values: Partial<Record<Field, string>>): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => {
      const trimmed = (text ?? "").trim();
      if (!numbers.includes(name)) return [name, name === "rate_limit" && trimmed === "" ? null : trimmed];
      const number = Number(trimmed);
      return [name, trimmed === "" ? null : Number.isNaN(number) ? trimmed : number];
    }),
  );
}
