import { runScenarios } from "../support/scenario.ts";
import { realtimeScenarios } from "./realtime.scenarios.ts";

runScenarios("realtime", realtimeScenarios);
