import { runScenarios } from "../support/scenario.ts";
import { localPasswordScenarios } from "./local-password.scenarios.ts";

runScenarios("password resets", localPasswordScenarios);
