import type { CheckValue } from "../specification.ts";
import {
	type Bounds,
	type FieldType,
	readNumber,
	readNumberBounds,
} from "./field-type.ts";

export const numeric: FieldType = numbers(
	(value): value is number => Number.isFinite(value),
	"The value must be a number.",
);

export const integer: FieldType = numbers(
	(value): value is number => Number.isInteger(value),
	"The value must be a whole number.",
);

function numbers(
	accepts: (value: unknown) => value is number,
	message: string,
): FieldType {
	return {
		options: ["range"],
		compile({ range }, field): CheckValue {
			const bounds = readNumberBounds(
				range,
				`${field}.typeOptions.range`,
				readNumber,
			);
			return (value) => (accepts(value) ? outside(value, bounds) : message);
		},
	};
}

function outside(value: number, { min, max }: Bounds<number>): string | null {
	if (min !== null && value < min) {
		return `The value ${value} is less than the minimum ${min}.`;
	}
	if (max !== null && value > max) {
		return `The value ${value} is greater than the maximum ${max}.`;
	}
	return null;
}
