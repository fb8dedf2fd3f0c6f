import { runScenarios } from "../support/scenario.ts";
import { authTokensScenarios } from "./auth-tokens.scenarios.ts";

runScenarios("auth: tokens", authTokensScenarios);
