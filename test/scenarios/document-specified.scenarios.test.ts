import { runScenarios } from "../support/scenario.ts";
import { documentSpecifiedScenarios } from "./document-specified.scenarios.ts";

runScenarios("document: specified", documentSpecifiedScenarios);
