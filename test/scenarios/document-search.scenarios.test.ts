import { runScenarios } from "../support/scenario.ts";
import { documentSearchScenarios } from "./document-search.scenarios.ts";

runScenarios("document: searches", documentSearchScenarios);
