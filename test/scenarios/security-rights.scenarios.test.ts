import { runScenarios } from "../support/scenario.ts";
import { securityRightsScenarios } from "./security-rights.scenarios.ts";

runScenarios("security: rights", securityRightsScenarios);
