import { define, show } from "../define-error.ts";

/** The errors of document specifications. */
export const validationErrors = {
	"validation.assert.missing_nested_spec": define(
		0x05010001,
		"PreconditionError",
		() => "The specification names nested fields, but does not describe them.",
	),
	"validation.assert.unexpected_children": define(
		0x05010002,
		"PreconditionError",
		(field: string) =>
			`The field "${field}" cannot have children: its type holds none.`,
	),
	"validation.assert.missing_parent": define(
		0x05010003,
		"PreconditionError",
		(field: string) =>
			`The parent of the field "${field}" is not specified. Add it, with a type that holds children.`,
	),
	"validation.assert.unexpected_properties": define(
		0x05010004,
		"PreconditionError",
		(field: string, allowed: unknown) =>
			`The specification of "${field}" holds unknown properties. Allowed: ${show(allowed)}.`,
	),
	"validation.assert.missing_type": define(
		0x05010005,
		"PreconditionError",
		(field: string) => `The specification of "${field}" has no type.`,
	),
	"validation.assert.unknown_type": define(
		0x05010006,
		"PreconditionError",
		(field: string, type: string) =>
			`The specification of "${field}" has an unknown type "${type}".`,
	),
	"validation.assert.missing_value": define(
		0x05010007,
		"PreconditionError",
		(name: string) => `The specification of "${name}" lacks a value.`,
	),
	"validation.assert.invalid_type": define(
		0x05010008,
		"PreconditionError",
		(name: string, expected: string) =>
			`"${name}" has the wrong type in the specification: expected ${expected}.`,
	),
	"validation.assert.not_multivalued": define(
		0x05010009,
		"PreconditionError",
		(field: string, option: string) =>
			`The field "${field}" takes one value only, so "${option}" cannot be set.`,
	),
	"validation.assert.invalid_range": define(
		0x0501000a,
		"PreconditionError",
		(field: string, min: string, max: string) =>
			`The range of "${field}" is invalid: "${min}" must not be greater than "${max}".`,
	),
	"validation.assert.invalid_specifications": define(
		0x0501000b,
		"BadRequestError",
		(reason: string) => `The specifications are invalid: ${reason}`,
	),
	"validation.assert.not_found": define(
		0x0501000c,
		"NotFoundError",
		(index: string, collection: string) =>
			`There are no specifications for "${index}:${collection}".`,
	),
	"validation.assert.invalid_filters": define(
		0x0501000d,
		"BadRequestError",
		(reason: string) =>
			`The validators are not a valid Koncorde filter: ${reason}`,
	),
	"validation.assert.incorrect_validation_format": define(
		0x0501000e,
		"InternalError",
		(index: string, collection: string) =>
			`The stored specifications of "${index}:${collection}" have an unknown form. Write them again.`,
	),
	"validation.types.invalid_date_format": define(
		0x05020001,
		"PreconditionError",
		(format: string) => `"${format}" is not a known date format.`,
	),
	"validation.types.invalid_date": define(
		0x05020002,
		"PreconditionError",
		(date: string) => `"${date}" is not a valid date.`,
	),
	"validation.types.missing_enum_values": define(
		0x05020003,
		"PreconditionError",
		() =>
			'A field of the type "enum" needs its values, as a non-empty array of texts.',
	),
	"validation.types.invalid_geoshape": define(
		0x05020004,
		"PreconditionError",
		(shape: string) => `"${shape}" is not a known geo shape.`,
	),
	"validation.types.missing_type_name": define(
		0x05020005,
		"PluginImplementationError",
		() => "A validation type needs a name.",
	),
	"validation.types.missing_function": define(
		0x05020006,
		"PluginImplementationError",
		(type: string, name: string) =>
			`The validation type "${type}" has no function "${name}".`,
	),
	"validation.types.already_exists": define(
		0x05020007,
		"PluginImplementationError",
		(type: string) => `A validation type "${type}" exists already.`,
	),
	"validation.check.failed_document": define(
		0x05030001,
		"BadRequestError",
		(reason: string) => `The document is not valid: ${reason}`,
	),
	"validation.check.failed_field": define(
		0x05030002,
		"BadRequestError",
		(field: string, reason: string) =>
			`The field "${field}" is not valid: ${reason}`,
	),
} as const;
