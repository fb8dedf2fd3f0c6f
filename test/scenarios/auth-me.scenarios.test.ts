import { runScenarios } from "../support/scenario.ts";
import { authMeScenarios } from "./auth-me.scenarios.ts";

runScenarios("auth: me", authMeScenarios);
