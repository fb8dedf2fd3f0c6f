import { runScenarios } from "../support/scenario.ts";
import { adminScenarios } from "./admin.scenarios.ts";

runScenarios("admin", adminScenarios);
