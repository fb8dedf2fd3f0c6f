import { runScenarios } from "../support/scenario.ts";
import { securityUserReadsScenarios } from "./security-user-reads.scenarios.ts";

runScenarios("security: reading users", securityUserReadsScenarios);
