import { runScenarios } from "../support/scenario.ts";
import { authLoginScenarios } from "./auth-login.scenarios.ts";

runScenarios("auth: login and logout", authLoginScenarios);
