import { runScenarios } from "../support/scenario.ts";
import { securityMappingsScenarios } from "./security-mappings.scenarios.ts";

runScenarios("security: mappings", securityMappingsScenarios);
