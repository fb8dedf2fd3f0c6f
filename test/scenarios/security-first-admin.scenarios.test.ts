import { runScenarios } from "../support/scenario.ts";
import { securityFirstAdminScenarios } from "./security-first-admin.scenarios.ts";

runScenarios("security: first admin", securityFirstAdminScenarios);
