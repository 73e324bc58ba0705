import { z } from "zod";
import { finalStates, liveStates } from "../../run/run.ts";
import { viewerOf } from "../access.ts";
