import { itSurvivesHistories } from "../support/histories.ts";

itSurvivesHistories("SQLite");
