import { runScenarios } from "../support/scenario.ts";
import { documentValidateScenarios } from "./document-validate.scenarios.ts";

runScenarios("document: validate", documentValidateScenarios);
