import { runScenarios } from "../support/scenario.ts";
import { bulkScenarios } from "./bulk.scenarios.ts";

runScenarios("bulk", bulkScenarios);
