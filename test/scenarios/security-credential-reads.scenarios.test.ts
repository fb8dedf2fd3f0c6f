import { runScenarios } from "../support/scenario.ts";
import { securityCredentialReadsScenarios } from "./security-credential-reads.scenarios.ts";

runScenarios("security: more credentials", securityCredentialReadsScenarios);
