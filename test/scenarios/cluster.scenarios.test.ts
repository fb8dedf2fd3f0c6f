import { runScenarios } from "../support/scenario.ts";
import { clusterScenarios } from "./cluster.scenarios.ts";

runScenarios("cluster", clusterScenarios);
