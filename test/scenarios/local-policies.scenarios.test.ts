import { runScenarios } from "../support/scenario.ts";
import { localPoliciesScenarios } from "./local-policies.scenarios.ts";

runScenarios("password policies", localPoliciesScenarios);
