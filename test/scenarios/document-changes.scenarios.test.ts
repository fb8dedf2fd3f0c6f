import { runScenarios } from "../support/scenario.ts";
import { documentChangeScenarios } from "./document-changes.scenarios.ts";

runScenarios("document: changes", documentChangeScenarios);
