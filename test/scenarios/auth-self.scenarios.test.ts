import { runScenarios } from "../support/scenario.ts";
import { authSelfScenarios } from "./auth-self.scenarios.ts";

runScenarios("auth: self", authSelfScenarios);
