import { runScenarios } from "../support/scenario.ts";
import { documentListScenarios } from "./document-lists.scenarios.ts";

runScenarios("document: lists", documentListScenarios);
