import { runScenarios } from "../support/scenario.ts";
import { adminFixturesScenarios } from "./admin-fixtures.scenarios.ts";

runScenarios("admin: fixtures", adminFixturesScenarios);
