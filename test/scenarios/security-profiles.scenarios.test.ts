import { runScenarios } from "../support/scenario.ts";
import { securityProfilesScenarios } from "./security-profiles.scenarios.ts";

runScenarios("security: profiles", securityProfilesScenarios);
