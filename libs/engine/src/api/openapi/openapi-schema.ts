/** A schema in the words of OpenAPI. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;
