import { runScenarios } from "../support/scenario.ts";
import { collectionDefinitionScenarios } from "./collection-definitions.scenarios.ts";

runScenarios("the definitions of collections", collectionDefinitionScenarios);
