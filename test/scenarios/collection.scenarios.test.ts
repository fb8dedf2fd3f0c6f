import { runScenarios } from "../support/scenario.ts";
import { collectionScenarios } from "./collection.scenarios.ts";

runScenarios("the collections", collectionScenarios);
