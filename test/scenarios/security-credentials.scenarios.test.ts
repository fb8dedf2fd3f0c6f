import { runScenarios } from "../support/scenario.ts";
import { securityCredentialsScenarios } from "./security-credentials.scenarios.ts";

runScenarios("security: credentials", securityCredentialsScenarios);
