import { runScenarios } from "../support/scenario.ts";
import {
	authApiKeysScenarios,
	cappedKeysScenarios,
} from "./auth-api-keys.scenarios.ts";

runScenarios("auth: API keys", authApiKeysScenarios);
runScenarios("auth: API keys with a maximum", cappedKeysScenarios, {
	config: { security: { apiKey: { maxTTL: 60_000 } } },
});
