import { runScenarios } from "../support/scenario.ts";
import { serverScenarios } from "./server.scenarios.ts";

runScenarios("server", serverScenarios);
