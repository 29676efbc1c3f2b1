/** Random expressions that are mostly well typed, about the value of subject.mjs; and random schemas with rules. */
import { SeededRandom } from '../../../libs/engine/dist/random.js';

const DEEPEST = 4;

export class Writer {
  constructor(seed) {
    this.random = new SeededRandom(seed);
  }

  chance(part) {
    return this.random.next() < part;
  }

  pick(list) {
    return list[Math.floor(this.random.next() * list.length)];
  }

  /** An expression of a type; now and then of another one. */
  of(type, depth = 0, names = []) {
    const wanted = this.chance(0.02) ? this.pick(Object.keys(LEAVES)) : type;
    const own = names.filter(([, of]) => of === wanted).map(([name]) => name);
    if (own.length > 0 && this.chance(0.4)) return this.pick(own);
    const made = MADE[wanted];
    if (depth >= DEEPEST || this.chance(0.25) || !made) return this.pick(LEAVES[wanted]);
    const next = (one) => this.of(one, depth + 1, names);
    const loop = (item, body) => {
      const name = `v${names.length}`;
      return [name, this.of(body, depth + 1, [...names, [name, item]])];
    };
    return this.pick(made)(next, loop, this);
  }

  expression() {
    return this.of(this.pick(['bool', 'bool', 'int', 'string', 'list', 'strings', 'double', 'dyn', 'map']));
  }

  schema(depth = 0, isRoot = true) {
    const kinds = ['string', 'integer', 'boolean', 'number', 'array', 'map', 'object', 'intOrString'];
    const kind = isRoot ? 'object' : this.pick(depth > 3 ? kinds.slice(0, 4) : kinds);
    const limit = (key, most) => (this.chance(0.5) ? { [key]: Math.floor(this.random.next() * most) } : {});
    const made = {
      string: () => ({
        type: 'string',
        ...limit('maxLength', 40),
        ...(this.chance(0.2) && { enum: ['a', 'bb', 'ccc'] }),
        ...(this.chance(0.2) && { format: this.pick(['date', 'date-time', 'duration', 'byte', 'uuid']) }),
      }),
      integer: () => ({ type: 'integer' }),
      boolean: () => ({ type: 'boolean' }),
      number: () => ({ type: 'number' }),
      intOrString: () => ({ 'x-kubernetes-int-or-string': true, ...limit('maxLength', 20) }),
      array: () => {
        const items = this.schema(depth + 1, false);
        const isMap = items.type === 'object' && items.properties?.a?.type === 'string' && this.chance(0.5);
        return {
          type: 'array',
          items: isMap ? { ...items, required: ['a'] } : items,
          ...limit('maxItems', 20),
          ...(isMap && { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }),
        };
      },
      map: () => ({
        type: 'object',
        additionalProperties: this.schema(depth + 1, false),
        ...limit('maxProperties', 20),
      }),
      object: () => {
        const names = ['a', 'b', 'c', 'd-e', 'namespace', 'x__y'].filter(() => this.chance(0.6));
        const properties = Object.fromEntries(names.map((name) => [name, this.schema(depth + 1, false)]));
        return {
          type: 'object',
          ...(names.length > 0 && { properties }),
          ...(names.length > 0 && this.chance(0.3) && { required: [names[0]] }),
          ...(this.chance(0.1) && { 'x-kubernetes-preserve-unknown-fields': true }),
        };
      },
    }[kind]();
    if (this.chance(isRoot ? 1 : 0.3)) made['x-kubernetes-validations'] = this.rules(made);
    return made;
  }

  /** A value that fits a schema; `chance` says how much of it is there. */
  value(schema) {
    if (schema['x-kubernetes-int-or-string']) return this.chance(0.5) ? 3 : 'ab';
    switch (schema.type) {
      case 'string':
        if (schema.format === 'date') return '2024-02-29';
        if (schema.format === 'date-time')
          return this.pick(['2024-02-29T12:00:00Z', '1999-01-01T00:00:00.5+02:00']);
        if (schema.format === 'duration') return this.pick(['1h', '500ms']);
        if (schema.format === 'byte') return 'aGk=';
        return this.pick(['a', 'bb', 'aaaaaa', 'é']);
      case 'integer':
        return this.pick([-1, 0, 1, 7]);
      case 'number':
        return this.pick([0.5, 1, 2.5]);
      case 'boolean':
        return this.chance(0.5);
      case 'array':
        return Array.from({ length: Math.floor(this.random.next() * 4) }, () => this.value(schema.items));
      default: {
        if (schema.additionalProperties)
          return this.chance(0.2)
            ? {}
            : { [this.pick(['a', 'bb'])]: this.value(schema.additionalProperties) };
        return Object.fromEntries(
          Object.entries(schema.properties ?? {})
            .filter(([key]) => this.chance(0.8) || schema.required?.includes(key))
            .map(([key, one]) => [key, this.value(one)]),
        );
      }
    }
  }

  /** A schema whose rules all are fine by `problems`, which names the places of those that are not. */
  fineSchema(problems) {
    const schema = this.schema();
    for (let round = 0; round < 6; round += 1) {
      const wrong = problems(structuredClone(schema));
      if (wrong.length === 0) return schema;
      withoutRules(schema, 's', wrong);
    }
    return undefined;
  }

  rules(schema) {
    return Array.from({ length: this.chance(0.3) ? 2 : 1 }, () => ({
      rule: this.rule(schema),
      ...(this.chance(0.3) && { message: 'no' }),
      ...(this.chance(0.2) && {
        messageExpression: this.pick(["'a' + 'b'", 'string(self)', "'x' + self.a", '1']),
      }),
      ...(this.chance(0.15) && { fieldPath: this.pick(['.a', '.b', '.d-e', ".['a']", '.nothing']) }),
      ...(this.chance(0.1) && { reason: this.pick(['FieldValueInvalid', 'FieldValueRequired', 'Other']) }),
      ...(this.chance(0.1) && { optionalOldSelf: true }),
    }));
  }

  rule(schema, self = 'self') {
    const parts = [];
    if (schema.type === 'string' && !schema.format)
      parts.push(
        `${self}.startsWith('a')`,
        `${self}.size() < 5`,
        `${self} == oldSelf`,
        `${self}.matches('^a+$')`,
        `${self} + ${self} != ''`,
      );
    if (schema.format === 'duration') parts.push(`${self} > duration('1s')`);
    if (schema.format === 'date-time') parts.push(`${self}.getFullYear() > 2000`);
    if (schema.type === 'integer') parts.push(`${self} > 0`, `${self} >= oldSelf`, `${self} + 1.0 > 2.0`);
    if (schema.type === 'boolean') parts.push(self, `!${self}`);
    if (schema.type === 'number') parts.push(`${self} < 1.5`, `${self} < 2`);
    if (schema['x-kubernetes-int-or-string'])
      parts.push(`type(${self}) == int ? ${self} > 0 : ${self}.size() < 4`);
    if (schema.type === 'array')
      parts.push(
        `${self}.all(x, ${this.rule(schema.items, 'x')})`,
        `${self}.size() < 3`,
        `${self}.exists(x, ${self}.exists(y, x == y))`,
        `${self}.filter(x, ${this.rule(schema.items, 'x')}).size() > 0`,
        `${self} == oldSelf`,
        `${self}.map(x, ${self}.map(y, x)).size() == 0`,
      );
    if (schema.additionalProperties)
      parts.push(
        `${self}.all(k, ${this.rule(schema.additionalProperties, `${self}[k]`)})`,
        `${self}.all(k, v, k.size() > 1 && ${this.rule(schema.additionalProperties, 'v')})`,
        `${self}.exists(k, k == 'a')`,
      );
    for (const [key, one] of Object.entries(schema.properties ?? {})) {
      const name = { 'd-e': 'd__dash__e', x__y: 'x__underscores__y' }[key] ?? key;
      parts.push(`!has(${self}.${name}) || ${this.rule(one, `${self}.${name}`)}`, `has(${self}.${name})`);
    }
    if (parts.length === 0 || this.chance(0.05))
      parts.push(`${self} == null`, 'true', `${self}.nothing == 1`);
    const one = this.pick(parts);
    return this.chance(0.2) ? `${one} && (${this.pick(parts)})` : one;
  }
}

function withoutRules(schema, path, wrong) {
  const rules = schema['x-kubernetes-validations'];
  if (rules) {
    const kept = rules.filter(
      (_, index) => !wrong.some((one) => one.startsWith(`${path}.x-kubernetes-validations[${index}]`)),
    );
    if (kept.length > 0) schema['x-kubernetes-validations'] = kept;
    else delete schema['x-kubernetes-validations'];
  }
  if (schema.items) withoutRules(schema.items, `${path}.items`, wrong);
  if (schema.additionalProperties)
    withoutRules(schema.additionalProperties, `${path}.additionalProperties`, wrong);
  for (const [key, one] of Object.entries(schema.properties ?? {}))
    withoutRules(one, `${path}.properties[${key}]`, wrong);
}

const LEAVES = {
  bool: ['true', 'false', 'self.flag', 'has(self.optional)', 'has(self.labels.app)', 'isIP(self.name)'],
  int: [
    '0',
    '1',
    '-3',
    'self.count',
    'self.list[0]',
    'self.labels.size()',
    'self.items[1].size',
    '9223372036854775807',
  ],
  double: ['0.5', 'self.ratio', '-1.5e3', '2.0'],
  string: [
    "''",
    "'a'",
    "'é😀'",
    'self.name',
    'self.labels.app',
    "self.labels['tier']",
    'self.items[0].name',
    'self.bigtext',
    'self.enumed',
    "'a,b'",
  ],
  list: ['[]', '[1, 2, 3]', 'self.list', '[self.count]', 'lists.range(4)'],
  strings: ["['a', 'b']", 'self.names', 'self.setlist', 'self.biglist', '[self.name]', 'self.limited'],
  map: ["{'a': 'b'}", 'self.labels', 'self.bigmap', '{}', '{self.name: self.name}'],
  when: ['self.when', "timestamp('2024-02-29T12:30:15.25Z')", 'self.day'],
  length: ['self.length', "duration('90s')", "duration('-1h1ms')"],
  dyn: ['self.any', 'dyn(1)', "dyn('x')", 'dyn([1])', 'dyn(self.count)', 'self.intorstring', 'dyn(null)'],
  quantity: ["quantity('1')", "quantity('100m')", "quantity('2Gi')", "quantity('-5k')"],
  ip: ["ip('10.0.0.1')", "ip('::1')", "ip('fe80::1')"],
  cidr: ["cidr('10.0.0.0/8')", "cidr('2001:db8::/32')", "cidr('192.168.1.7/24')"],
  url: ["url('https://a.example:80/x/y?q=1')", "url('/p?x=1&x=2')"],
  semver: ["semver('1.2.3')", "semver('1.2.3-rc.1+b')", "semver('2.0.0')"],
  optional: ['self.?optional', 'self.?name', 'optional.none()', "optional.of('x')", "self.labels[?'app']"],
  bytes: ["b'abc'", 'self.data', "bytes('é')"],
  uint: ['1u', '5u', 'uint(7)'],
};

const MADE = {
  bool: [
    (of) => `(${of('bool')} && ${of('bool')})`,
    (of) => `(${of('bool')} || ${of('bool')})`,
    (of) => `!${of('bool')}`,
    (of) => `(${of('int')} ${['<', '<=', '>', '>=', '==', '!='][of('int').length % 6]} ${of('int')})`,
    (of) => `(${of('string')} ${['<', '==', '!=', '>='][of('int').length % 4]} ${of('string')})`,
    (of) => `(${of('double')} < ${of('int')})`,
    (of) => `(${of('uint')} <= ${of('int')})`,
    (of) => `(${of('list')} == ${of('list')})`,
    (of) => `(${of('strings')} == ${of('strings')})`,
    (of) => `(${of('map')} == ${of('map')})`,
    (of) => `(${of('dyn')} == ${of('dyn')})`,
    (of) => `(${of('int')} in ${of('list')})`,
    (of) => `(${of('string')} in ${of('strings')})`,
    (of) => `(${of('string')} in ${of('map')})`,
    (of) => `(${of('bool')} ? ${of('bool')} : ${of('bool')})`,
    (of) => `${of('string')}.startsWith(${of('string')})`,
    (of) => `${of('string')}.endsWith(${of('string')})`,
    (of) => `${of('string')}.contains(${of('string')})`,
    (of) => `${of('string')}.matches('^[a-z]+[0-9]*$')`,
    (of) => `${of('string')}.matches(self.pattern)`,
    (of, loop) => ((body) => `${of('list')}.all(${body[0]}, ${body[1]})`)(loop('int', 'bool')),
    (of, loop) => ((body) => `${of('list')}.exists(${body[0]}, ${body[1]})`)(loop('int', 'bool')),
    (of, loop) => ((body) => `${of('strings')}.exists_one(${body[0]}, ${body[1]})`)(loop('string', 'bool')),
    (of, loop) => ((body) => `${of('map')}.all(${body[0]}, ${body[1]})`)(loop('string', 'bool')),
    (of, loop) =>
      ((body) => `${of('map')}.exists(${body[0]}, w, w == ${body[0]} || ${body[1]})`)(loop('string', 'bool')),
    (of, loop) =>
      ((body) => `${of('strings')}.all(w, ${body[0]}, w >= 0 && ${body[1]})`)(loop('string', 'bool')),
    (of) => `${of('list')}.isSorted()`,
    (of) => `sets.contains(${of('list')}, ${of('list')})`,
    (of) => `sets.equivalent(${of('strings')}, ${of('strings')})`,
    (of) => `sets.intersects(${of('list')}, ${of('list')})`,
    (of) => `${of('optional')}.hasValue()`,
    (of) => `(${of('when')} < ${of('when')})`,
    (of) => `(${of('length')} > ${of('length')})`,
    (of) => `${of('quantity')}.isGreaterThan(${of('quantity')})`,
    (of) => `isQuantity(${of('string')})`,
    (of) => `${of('cidr')}.containsIP(${of('ip')})`,
    (of) => `${of('cidr')}.containsCIDR(${of('cidr')})`,
    (of) => `${of('ip')}.isLoopback()`,
    (of) => `isCIDR(${of('string')})`,
    (of) => `isURL(${of('string')})`,
    (of) => `${of('semver')}.isLessThan(${of('semver')})`,
    (of) => `format.dns1123Label().validate(${of('string')}).hasValue()`,
    (of) => `(type(${of('dyn')}) == int)`,
    (of) => `(${of('bytes')} == ${of('bytes')})`,
  ],
  int: [
    (of) => `(${of('int')} + ${of('int')})`,
    (of) => `(${of('int')} - ${of('int')})`,
    (of) => `(${of('int')} * ${of('int')})`,
    (of) => `(${of('int')} / ${of('int')})`,
    (of) => `(${of('int')} % ${of('int')})`,
    (of) => `-${of('int')}`,
    (of) => `size(${of('string')})`,
    (of) => `${of('strings')}.size()`,
    (of) => `${of('map')}.size()`,
    (of) => `${of('list')}[${of('int')}]`,
    (of) => `${of('list')}.sum()`,
    (of) => `${of('list')}.max()`,
    (of) => `${of('list')}.indexOf(${of('int')})`,
    (of) => `${of('string')}.indexOf(${of('string')})`,
    (of) => `${of('string')}.lastIndexOf(${of('string')})`,
    (of) => `int(${of('double')})`,
    (of) => `int(${of('string')})`,
    (of) => `int(${of('when')})`,
    (of) => `(${of('bool')} ? ${of('int')} : ${of('int')})`,
    (of) => `${of('when')}.getDayOfYear()`,
    (of) => `${of('length')}.getMinutes()`,
    (of) => `${of('quantity')}.asInteger()`,
    (of) => `${of('quantity')}.compareTo(${of('quantity')})`,
    (of) => `${of('ip')}.family()`,
    (of) => `${of('cidr')}.prefixLength()`,
    (of) => `${of('semver')}.minor()`,
    (of) => `${of('list')}.first().orValue(${of('int')})`,
  ],
  double: [
    (of) => `(${of('double')} + ${of('double')})`,
    (of) => `(${of('double')} / ${of('double')})`,
    (of) => `double(${of('int')})`,
    (of) => `double(${of('string')})`,
    (of) => `${of('quantity')}.asApproximateFloat()`,
  ],
  string: [
    (of) => `(${of('string')} + ${of('string')})`,
    (of) => `string(${of('int')})`,
    (of) => `string(${of('double')})`,
    (of) => `string(${of('when')})`,
    (of) => `string(${of('length')})`,
    (of) => `string(${of('bool')})`,
    (of) => `string(${of('bytes')})`,
    (of) => `string(${of('ip')})`,
    (of) => `string(${of('cidr')}.masked())`,
    (of) => `${of('string')}.upperAscii()`,
    (of) => `${of('string')}.lowerAscii()`,
    (of) => `${of('string')}.trim()`,
    (of) => `${of('string')}.substring(${of('int')})`,
    (of) => `${of('string')}.charAt(${of('int')})`,
    (of) => `${of('string')}.replace(${of('string')}, ${of('string')})`,
    (of) => `${of('strings')}.join(${of('string')})`,
    (of) => `${of('string')}.find('[a-z]+')`,
    (of) => `(${of('bool')} ? ${of('string')} : ${of('string')})`,
    (of) => `${of('map')}[${of('string')}]`,
    (of) => `${of('strings')}[${of('int')}]`,
    (of) => `'%s-%d'.format([${of('string')}, ${of('int')}])`,
    (of) => `'%s|%s'.format([${of('list')}, ${of('map')}])`,
    (of) => `${of('optional')}.orValue(${of('string')})`,
    (of, loop) =>
      ((body) => `${of('optional')}.optMap(${body[0]}, ${body[1]}).orValue('')`)(loop('string', 'string')),
    (of) => `${of('url')}.getHost()`,
    (of) => `${of('url')}.getEscapedPath()`,
    (of) => `strings.quote(${of('string')})`,
    (of) => `${of('strings')}.min()`,
  ],
  list: [
    (of) => `(${of('list')} + ${of('list')})`,
    (of) => `[${of('int')}, ${of('int')}]`,
    (of, loop) => ((body) => `${of('list')}.map(${body[0]}, ${body[1]})`)(loop('int', 'int')),
    (of, loop) => ((body) => `${of('list')}.filter(${body[0]}, ${body[1]})`)(loop('int', 'bool')),
    (of, loop) => ((body) => `${of('list')}.map(${body[0]}, ${of('bool')}, ${body[1]})`)(loop('int', 'int')),
    (of, loop) =>
      ((body) => `${of('strings')}.transformList(w, ${body[0]}, w + ${body[1]})`)(loop('string', 'int')),
    (of) => `${of('list')}.sort()`,
    (of) => `${of('list')}.reverse()`,
    (of) => `${of('list')}.distinct()`,
    (of) => `${of('list')}.slice(0, ${of('int')})`,
    (of) => `[${of('list')}, ${of('list')}].flatten()`,
    (of, loop) => ((body) => `${of('list')}.sortBy(${body[0]}, ${body[1]})`)(loop('int', 'int')),
  ],
  strings: [
    (of) => `(${of('strings')} + ${of('strings')})`,
    (of) => `${of('string')}.split(${of('string')})`,
    (of) => `${of('string')}.findAll('[a-z]')`,
    (of, loop) => ((body) => `${of('strings')}.map(${body[0]}, ${body[1]})`)(loop('string', 'string')),
    (of, loop) => ((body) => `${of('strings')}.filter(${body[0]}, ${body[1]})`)(loop('string', 'bool')),
    (of) => `${of('strings')}.sort()`,
    (of) => `${of('strings')}.distinct()`,
    (of) => `[?${of('optional')}, ${of('string')}]`,
  ],
  map: [
    (of) => `{${of('string')}: ${of('string')}}`,
    (of) => `{?'k': ${of('optional')}, 'l': ${of('string')}}`,
    (of, loop) =>
      ((body) => `${of('map')}.transformMap(w, ${body[0]}, ${body[1]})`)(loop('string', 'string')),
    (of, loop) =>
      ((body) => `${of('strings')}.transformMapEntry(w, ${body[0]}, {${body[0]}: ${body[1]}})`)(
        loop('string', 'string'),
      ),
    (of) => `(${of('bool')} ? ${of('map')} : ${of('map')})`,
  ],
  when: [
    (of) => `(${of('when')} + ${of('length')})`,
    (of) => `timestamp(${of('int')})`,
    (of) => `timestamp(${of('string')})`,
  ],
  length: [
    (of) => `(${of('when')} - ${of('when')})`,
    (of) => `(${of('length')} + ${of('length')})`,
    (of) => `duration(${of('string')})`,
  ],
  dyn: [
    (of) => `dyn(${of('string')})`,
    (of) => `dyn(${of('list')})`,
    (of) => `(${of('dyn')} + ${of('dyn')})`,
    (of) => `dyn(${of('map')})`,
  ],
  quantity: [
    (of) => `${of('quantity')}.add(${of('quantity')})`,
    (of) => `${of('quantity')}.sub(${of('int')})`,
    (of) => `quantity(${of('string')})`,
  ],
  ip: [(of) => `ip(${of('string')})`, (of) => `${of('cidr')}.ip()`],
  optional: [
    (of) => `optional.of(${of('string')})`,
    (of) => `optional.ofNonZeroValue(${of('string')})`,
    (of) => `${of('optional')}.or(${of('optional')})`,
    (of) => `${of('map')}[?${of('string')}]`,
    (of) => `${of('strings')}.last()`,
  ],
  bytes: [(of) => `bytes(${of('string')})`, (of) => `(${of('bytes')} + ${of('bytes')})`],
  uint: [
    (of) => `(${of('uint')} + ${of('uint')})`,
    (of) => `uint(${of('int')})`,
    (of) => `(${of('uint')} * ${of('uint')})`,
  ],
};
