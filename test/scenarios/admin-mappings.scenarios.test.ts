import { runScenarios } from "../support/scenario.ts";
import { adminMappingsScenarios } from "./admin-mappings.scenarios.ts";

runScenarios("mappings that an administrator loads", adminMappingsScenarios);
