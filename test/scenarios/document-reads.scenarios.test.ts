import { runScenarios } from "../support/scenario.ts";
import { documentReadScenarios } from "./document-reads.scenarios.ts";

runScenarios("document: reads", documentReadScenarios);
