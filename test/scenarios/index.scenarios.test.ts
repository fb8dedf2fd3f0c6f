import { runScenarios } from "../support/scenario.ts";
import { indexScenarios } from "./index.scenarios.ts";

runScenarios("the indexes", indexScenarios);
