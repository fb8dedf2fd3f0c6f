import { runScenarios } from "../support/scenario.ts";
import { documentExportScenarios } from "./document-export.scenarios.ts";

runScenarios("document: exports", documentExportScenarios);
