import { runScenarios } from "../support/scenario.ts";
import { securityRolesScenarios } from "./security-roles.scenarios.ts";

runScenarios("security: roles", securityRolesScenarios);
