import { runScenarios } from "../support/scenario.ts";
import { securityUserChangesScenarios } from "./security-user-changes.scenarios.ts";

runScenarios("security: changes of users", securityUserChangesScenarios);
