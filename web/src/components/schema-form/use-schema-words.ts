import { defineMessages } from "../../i18n/define-messages.ts";
import { english, japanese } from "./schema-words.ts";

export const useSchemaWords = defineMessages(english, japanese);
