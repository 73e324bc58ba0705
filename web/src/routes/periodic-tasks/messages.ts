import { defineMessages } from "../../i18n/define-messages.ts";

export const usePeriodicTaskMessages = defineMessages({ title: "Periodic tasks" }, { title: "定期タスク" });
