import { runScenarios } from "../support/scenario.ts";
import { documentCreationScenarios } from "./document-creations.scenarios.ts";

runScenarios("document: creations", documentCreationScenarios);
