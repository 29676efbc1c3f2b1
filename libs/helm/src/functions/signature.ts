import type { GoFunction, GoInt, GoValue } from '../template/values.js';

interface Parameters_ {
  any: GoValue;
  value: GoValue;
  string: string;
  int: GoInt;
  int64: GoInt;
  float64: number;
  bool: boolean;
  map: Map<string, GoValue>;
  list: GoValue[];
}

type Parameter<Name extends string> = Name extends keyof Parameters_ ? Parameters_[Name] : GoValue;
type Arguments<Text extends string> = Text extends ''
  ? []
  : Text extends `...${infer Rest}`
    ? Parameter<Rest>[]
    : Text extends `${infer First} ${infer Rest}`
      ? [Parameter<First>, ...Arguments<Rest>]
      : [Parameter<Text>];

/**
 * Declares a template function by the Go types of its parameters, separated by spaces;
 * a leading `...` on the last makes it variadic. What `body` throws becomes the function's error.
 */
export function define<const Signature extends string>(
  signature: Signature,
  body: (...args: Arguments<Signature>) => GoValue,
): GoFunction {
  let types = declared.get(signature);
  if (!types) declared.set(signature, (types = parse(signature)));
  const { parameters, variadic } = types;
  return { parameters, variadic, call: body as (...args: GoValue[]) => GoValue };
}

/** Every render makes its own functions, of the same few dozen signatures. */
const declared = new Map<string, Pick<GoFunction, 'parameters' | 'variadic'>>();

function parse(signature: string): Pick<GoFunction, 'parameters' | 'variadic'> {
  const words = signature === '' ? [] : signature.split(' ');
  return { parameters: words.map((word) => word.replace('...', '')), variadic: signature.includes('...') };
}

/** Functions by the name templates call them. */
export type FunctionTable = Record<string, GoFunction>;
