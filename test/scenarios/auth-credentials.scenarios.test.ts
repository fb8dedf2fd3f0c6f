import { runScenarios } from "../support/scenario.ts";
import { authCredentialsScenarios } from "./auth-credentials.scenarios.ts";

runScenarios("auth: credentials", authCredentialsScenarios);
