import { runScenarios } from "../support/scenario.ts";
import { securityUsersScenarios } from "./security-users.scenarios.ts";

runScenarios("security: users", securityUsersScenarios);
