import { runScenarios } from "../support/scenario.ts";
import { documentByQueryScenarios } from "./document-by-query.scenarios.ts";

runScenarios("document: writes by query", documentByQueryScenarios);
