import { runScenarios } from "../support/scenario.ts";
import { collectionSpecificationsScenarios } from "./collection-specifications.scenarios.ts";

runScenarios("collection: specifications", collectionSpecificationsScenarios);
