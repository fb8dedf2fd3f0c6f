import { runScenarios } from "../support/scenario.ts";
import { securityMDeleteScenarios } from "./security-m-delete.scenarios.ts";

runScenarios("security: deleting several", securityMDeleteScenarios);
