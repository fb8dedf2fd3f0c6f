import { runScenarios } from "../support/scenario.ts";
import { securityApiKeysScenarios } from "./security-api-keys.scenarios.ts";

runScenarios("security: API keys", securityApiKeysScenarios);
