/** Portico as a package: `import { createGateway, createConfig } from "portico"`. */

export type { Config, ConfigOverrides } from "./config.ts";
export { createConfig, loadConfig } from "./config.ts";
export { createError, GatewayError } from "./errors/gateway-error.ts";
export type { Gateway, GatewayOptions, GatewayStatus } from "./gateway.ts";
export { createGateway } from "./gateway.ts";
export type {
	LoginClient,
	LoginContext,
	NextStep,
	Strategy,
	StrategyContext,
	Verdict,
} from "./security/strategies/strategy.ts";
