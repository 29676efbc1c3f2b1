/** Paths, methods, credentials, media types and bodies: what is refused before any kind has its say. */

const anonymous = { authorization: undefined };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { key: 'value' } };

export default {
  'who may ask at all': async (ask) => {
    for (const path of [
      '/',
      '/api',
      '/apis',
      '/version',
      '/healthz',
      '/livez',
      '/readyz',
      '/metrics',
      '/openapi/v2',
      '/api/v1',
      '/api/v1/pods',
    ]) {
      await ask('GET', path === '/' ? '/nothing' : path, undefined, anonymous);
      await ask('GET', path === '/' ? '/nothing' : path, undefined, { authorization: 'Bearer wrong' });
    }
    await ask('GET', '/api/v1/pods', undefined, { authorization: 'Basic YTpi' });
    await ask('GET', '/api/v1/pods', undefined, { authorization: 'Bearer' });
    await ask('GET', '/api/v1/pods', undefined, { authorization: 'nothing' });
    await ask('POST', '/api/v1/namespaces/default/pods', {}, anonymous);
  },
  'in whose name': async (ask, ns) => {
    const as = (headers) => ask('GET', `/api/v1/namespaces/${ns}/pods`, undefined, headers);
    await as({ 'impersonate-user': 'jane' });
    await as({ 'impersonate-user': 'jane', 'impersonate-group': 'system:masters' });
    await as({ 'impersonate-user': 'jane', 'impersonate-uid': 'u1', 'impersonate-extra-scopes': 'view' });
    await as({ 'impersonate-group': 'system:masters' });
    await as({ 'impersonate-uid': 'u1' });
    await as({ 'impersonate-extra-scopes': 'view' });
    await as({ 'impersonate-user': 'system:serviceaccount:default:robot' });
    await as({ 'impersonate-user': 'system:anonymous' });
    await as({ 'impersonate-user': '' });
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const who = (headers) =>
      ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review, headers);
    await who({});
    await who({
      'impersonate-user': 'jane',
      'impersonate-group': 'dev',
      'impersonate-extra-a%2fb': 'c',
      'impersonate-uid': 'x',
    });
    await who({ 'impersonate-user': 'system:serviceaccount:default:robot' });
    await who({ 'impersonate-user': 'system:serviceaccount:default:robot', 'impersonate-group': 'only' });
    await who({ 'impersonate-user': 'system:anonymous' });
    const robot = { 'impersonate-user': 'jane' };
    await ask('POST', `/api/v1/namespaces/${ns}/pods`, {}, robot);
    await ask('GET', `/api/v1/namespaces/${ns}/pods/x/log`, undefined, robot);
    await ask('PATCH', `/apis/apps/v1/namespaces/${ns}/deployments/x/scale`, {}, robot);
    await ask('GET', '/api/v1/nodes', undefined, robot);
    await ask('DELETE', `/api/v1/namespaces/${ns}/secrets`, undefined, robot);
    await ask('GET', '/apis/example.com/v1/things', undefined, robot);
    await ask('GET', '/logs', undefined, robot);
    await ask('GET', `/api/v1/namespaces/${ns}`, undefined, robot);
    await ask('POST', `/api/v1/namespaces/${ns}/pods/x/eviction`, {}, robot);
    await ask('GET', `/api/v1/namespaces/${ns}/pods?watch=true`, undefined, robot);
    await ask('GET', `/api/v1/namespaces/${ns}/pods?fieldSelector=metadata.name%3Dx`, undefined, robot);
  },
  'paths nobody serves': async (ask, ns) => {
    for (const path of [
      '/foo',
      '/api/',
      '/apis/',
      '/api/v2',
      '/api/v1/',
      '/apis/apps',
      '/apis/apps/',
      '/apis/apps/v1/',
      '/apis/foo',
      '/apis/foo/v1',
      '/apis/apps/v9',
      '/apis/apps/v9/deployments',
      '/api/v1/foo',
      `/api/v1/namespaces/${ns}/foo`,
      '/api/v1/pods/x',
      '/apis/apps/v1/deployments/x',
      `/api/v1/namespaces/${ns}/nodes`,
      `/api/v1/namespaces/${ns}/nodes/x`,
      '/api/v1/nodes/x/foo',
      `/api/v1/namespaces/${ns}/pods/x/foo`,
      `/api/v1/namespaces/${ns}/pods/x/status/foo`,
      `/api/v1/namespaces/${ns}/configmaps/`,
      `/api/v1/namespaces/${ns}/pods/`,
      '/api//v1/nodes',
      `/api/v1//namespaces/${ns}/pods`,
      `/api/v1/namespaces//pods`,
      '/api/v1/nodes/a%2Fb',
      '/api/v1/namespaces/a%20b',
      `/api/v1/namespaces/${ns}/configmaps/UPPER`,
      `/api/v1/namespaces/${ns}/configmaps/..`,
      `/api/v1/namespaces/${ns}/configmaps/%2e%2e`,
      '/swagger.json',
      '/openapi',
      '/openapi/v1',
      '/openapi/v3/api/v9',
      '/openapi/v3/foo',
      '/version/',
      '/version/x',
      '/healthz/',
      '/healthz/ping',
      '/healthz/nothing',
      '/livez/ping',
      '/readyz/ping',
      '/ui',
      '/logs',
      '/debug/pprof',
    ])
      await ask('GET', path);
  },
  'methods that do not fit': async (ask, ns) => {
    const items = `/api/v1/namespaces/${ns}/configmaps`;
    await ask('PUT', items, configMap);
    await ask('PATCH', items, {}, { 'content-type': 'application/merge-patch+json' });
    await ask('POST', `${items}/one`, configMap);
    await ask('DELETE', '/api/v1/namespaces');
    await ask('POST', '/api', {});
    await ask('POST', '/version', {});
    await ask('PUT', '/apis/apps/v1', {});
    await ask('DELETE', '/openapi/v2');
    await ask('OPTIONS', items);
    await ask('TRACE', items);
    await ask('FOO', items);
    await ask('GET', `/api/v1/namespaces/${ns}/pods/x/eviction`);
    await ask('GET', `/api/v1/namespaces/${ns}/bindings`);
    await ask('GET', `/api/v1/namespaces/${ns}/pods/x/binding`);
    await ask('GET', `/api/v1/namespaces/${ns}/serviceaccounts/x/token`);
    await ask('POST', `/api/v1/namespaces/${ns}/pods/x/status`, {});
    await ask('DELETE', `/api/v1/namespaces/${ns}/pods/x/status`);
    await ask('GET', '/apis/authorization.k8s.io/v1/subjectaccessreviews');
    await ask('POST', '/api/v1/pods', {});
    await ask('DELETE', '/api/v1/pods');
    await ask('POST', '/api/v1/configmaps', configMap);
    await ask('POST', '/api/v1/componentstatuses', {});
    await ask('GET', '/api/v1/namespaces/x/finalize');
    await ask('POST', '/apis/certificates.k8s.io/v1/certificatesigningrequests/x/approval', {});
  },
  'forms of answers': async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    await ask('POST', path, configMap);
    for (const accept of [
      '*/*',
      'application/*',
      'text/*',
      'text/html',
      'application/xml',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'application/yaml',
      'application/json;charset=utf-8',
      'application/json;as=Table;g=meta.k8s.io;v=v1',
      'application/json;as=Table;g=meta.k8s.io;v=v1beta1',
      'application/json;as=Table;g=meta.k8s.io;v=v2',
      'application/json;as=Table;g=foo;v=v1',
      'application/json;as=Foo;g=meta.k8s.io;v=v1',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1beta1',
      'application/json;as=Table;g=meta.k8s.io;v=v2,application/json',
      'application/yaml;as=Table;g=meta.k8s.io;v=v1',
      'application/json;q=0',
      'application/xml, application/json',
      'application/json;q=0.1,application/yaml;q=0.9',
      '',
      ',',
      ';;',
      'application/json;stream=watch',
      'application/json; pretty=1',
    ]) {
      await ask('GET', path, undefined, { accept });
      await ask('GET', `${path}/one`, undefined, { accept });
      await ask('GET', `${path}/none`, undefined, { accept });
    }
    await ask('GET', `${path}/one?pretty=true`);
    await ask('GET', `${path}/one?pretty=false`);
    await ask('GET', `${path}/one?pretty=foo`);
    const asTable = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
    for (const what of ['None', 'Metadata', 'Object', 'Foo', '', 'none'])
      await ask('GET', `${path}?includeObject=${what}`, undefined, asTable);
    await ask('POST', path, { ...configMap, metadata: { name: 'two' } }, asTable);
    await ask('POST', path, { ...configMap, metadata: { name: 'three' } }, { accept: 'application/xml' });
    await ask('DELETE', `${path}/two`, undefined, asTable);
    await ask('GET', '/apis', undefined, asTable);
    await ask('GET', '/version', undefined, { accept: 'application/yaml' });
    await ask('GET', '/healthz', undefined, { accept: 'application/yaml' });
    await ask('GET', '/api/v1', undefined, { accept: 'application/xml' });
    await ask('GET', '/apis/apps', undefined, { accept: 'application/xml' });
    await ask('GET', '/apis', undefined, { accept: 'application/xml' });
    await ask('GET', '/openapi/v3', undefined, { accept: 'application/xml' });
  },
  'media types of bodies': async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    for (const [index, type] of [
      undefined,
      '',
      '*/*',
      'text/plain',
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/x-www-form-urlencoded',
      'application/cbor',
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/vnd.kubernetes.protobuf',
      'application/json;stream=watch',
      'foo',
      'application/json, application/yaml',
    ].entries()) {
      const named = { ...configMap, metadata: { name: `type-${index}` } };
      await ask('POST', path, named, { 'content-type': type });
      await ask('PUT', `${path}/type-${index}`, named, { 'content-type': type });
      await ask('PATCH', `${path}/type-${index}`, {}, { 'content-type': type });
      await ask(
        'DELETE',
        `${path}/type-${index}`,
        { propagationPolicy: 'Background' },
        { 'content-type': type },
      );
    }
    await ask('POST', path, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: b}\n', {
      'content-type': 'application/yaml',
    });
    await ask(
      'POST',
      path,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml-twice}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: second}\n',
      { 'content-type': 'application/yaml' },
    );
    await ask('POST', path, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n\tk: v\n', {
      'content-type': 'application/yaml',
    });
    await ask('POST', path, 'a: b: c', { 'content-type': 'application/yaml' });
    await ask('POST', path, '', { 'content-type': 'application/yaml' });
    await ask('POST', path, 'text', { 'content-type': 'application/yaml' });
    await ask('POST', path, '[1, 2]', { 'content-type': 'application/yaml' });
    await ask('POST', path, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: numbers}\ndata: {a: 1}\n', {
      'content-type': 'application/yaml',
    });
    await ask(
      'POST',
      path,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: words}\ndata: {a: yes, b: "yes", c: null}\n',
      { 'content-type': 'application/yaml' },
    );
    await ask(
      'POST',
      path,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {a: x, a: y}\nfoo: 1\n',
      { 'content-type': 'application/yaml' },
    );
    await ask(
      'POST',
      `${path}?fieldValidation=Strict`,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice2}\ndata: {a: x, a: y}\nfoo: 1\n',
      { 'content-type': 'application/yaml' },
    );
    await ask('POST', path, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json-as-yaml"}}', {
      'content-type': 'application/yaml',
    });
  },
  'bodies that are no object': async (ask, ns) => {
    const path = `/api/v1/namespaces/${ns}/configmaps`;
    for (const body of [
      '',
      ' ',
      '{',
      '}',
      '[]',
      '[{}]',
      'null',
      '"x"',
      '42',
      'true',
      '{}',
      '{"kind":"ConfigMap"}',
      '{"apiVersion":"v1"}',
      '{"apiVersion":1,"kind":"ConfigMap"}',
      '{"apiVersion":"v1","kind":[]}',
      '{"apiVersion":"v1","kind":"Pod"}',
      '{"apiVersion":"v1","kind":"Foo"}',
      '{"apiVersion":"v2","kind":"ConfigMap"}',
      '{"apiVersion":"apps/v1","kind":"ConfigMap"}',
      '{"apiVersion":"apps/v1","kind":"Deployment"}',
      '{"apiVersion":"a/b/c","kind":"ConfigMap"}',
      '{"apiVersion":"v1","kind":"ConfigMapList","items":[]}',
      '{"apiVersion":"v1","kind":"List","items":[]}',
      '{"apiVersion":"v1","kind":"Status"}',
      '{"apiVersion":"v1","kind":"ConfigMap"} x',
      '{"apiVersion":"v1","kind":"ConfigMap"}{}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":"x"}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":null}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":[]}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":1}}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":null}}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"a":1}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":[]}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":null}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"},"binaryData":{"a":"not base64!"}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"},"immutable":"yes"}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e"},"Data":{"a":"b"}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"Name":"f"}}',
      '{"APIVERSION":"v1","Kind":"ConfigMap","metadata":{"name":"g"}}',
      "{'apiVersion':'v1'}",
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"h",}}',
      '{"a":NaN}',
      '{"a":01}',
      '{"a":"\u0001"}',
      '\ufeff{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bom"}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"i","creationTimestamp":"yesterday"}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"i","creationTimestamp":5}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"i","generation":"x"}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"i","generation":1.5}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"i","finalizers":"x"}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"i","ownerReferences":{}}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j","finalizers":[null]}}',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"k"},"data":{"a":"\\ud800"}}',
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      Buffer.from([0x6b, 0x38, 0x73, 0x00]),
      Buffer.from([0x6b, 0x38, 0x73, 0x00, 0xff, 0xff]),
    ])
      await ask('POST', path, body);
    await ask('POST', path, undefined);
    await ask('PUT', `${path}/x`, undefined);
    await ask('PUT', `${path}/x`, '{}');
    await ask('PUT', `${path}/x`, 'null');
    await ask('POST', path, Buffer.from([0x6b, 0x38, 0x73, 0x00]), {
      'content-type': 'application/vnd.kubernetes.protobuf',
    });
    await ask('POST', path, Buffer.from([0x6b, 0x38, 0x73, 0x00, 0x0a, 0x05]), {
      'content-type': 'application/vnd.kubernetes.protobuf',
    });
    await ask('POST', path, Buffer.from('hello'), { 'content-type': 'application/vnd.kubernetes.protobuf' });
    await ask('POST', path, Buffer.alloc(0), { 'content-type': 'application/vnd.kubernetes.protobuf' });
    const large = { ...configMap, data: { a: 'x'.repeat(1_100_000) } };
    await ask('POST', path, large);
    await ask('POST', path, { ...configMap, data: { a: 'x'.repeat(3_200_000) } });
    await ask(
      'PATCH',
      `${path}/x`,
      { data: { a: 'x'.repeat(3_200_000) } },
      { 'content-type': 'application/merge-patch+json' },
    );
  },
  'fields that are unknown, double or of the wrong type': async (ask, ns) => {
    const path = `/apis/apps/v1/namespaces/${ns}/deployments`;
    const pod = (extra) =>
      `{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"${extra}}]}}`;
    const text = (name, spec, containers = '') =>
      `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"${name}"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":${pod(containers)}${spec}}}`;
    let made = 0;
    for (const validation of ['', 'Strict', 'Warn', 'Ignore', 'strict', 'Foo']) {
      const query = validation === '' ? '' : `?fieldValidation=${validation}`;
      for (const [spec, container] of [
        [',"foo":1'],
        [',"replicas":1,"replicas":2'],
        [',"replicas":"2"'],
        [',"replicas":1.5'],
        [',"replicas":1.0'],
        [',"replicas":1e0'],
        [',"replicas":99999999999'],
        [',"replicas":true'],
        [',"replicas":null'],
        [',"Replicas":3'],
        [',"paused":"true"'],
        [',"paused":0'],
        [',"strategy":[]'],
        [',"strategy":{"rollingUpdate":{"maxSurge":1.5}}'],
        [',"strategy":{"rollingUpdate":{"maxSurge":true}}'],
        ['', ',"ports":{"a":1}'],
        ['', ',"ports":[1]'],
        ['', ',"ports":[{"containerPort":"80"}]'],
        ['', ',"ports":[{"containerPort":80,"foo":1,"bar":2}],"baz":3'],
        ['', ',"env":[{"name":"A","value":1}]'],
        ['', ',"env":[{"name":"A","value":true}]'],
        ['', ',"image":"j"'],
        ['', ',"resources":{"limits":{"cpu":1,"memory":"x"}}'],
        ['', ',"resources":{"limits":{"cpu":[]}}'],
        ['', ',"resources":{"limits":{"cpu":1.5,"memory":1e3}}'],
        ['', ',"command":"sh"'],
        ['', ',"command":[1]'],
        ['', ',"command":[null]'],
        ['', ',"livenessProbe":{"httpGet":{"port":[]}}'],
        ['', ',"livenessProbe":{"httpGet":{"port":"http"},"httpGet":{"port":1}}'],
        ['', ',"securityContext":{"runAsUser":"root"}'],
        ['', ',"securityContext":{"runAsUser":9223372036854775808}'],
        [',"foo":1,"foo":2', ',"x":1,"x":2'],
      ])
        await ask('POST', `${path}${query}`, text(`made${made++}`, spec, container));
    }
    await ask('POST', path, text('patched', ''));
    for (const type of ['merge-patch', 'strategic-merge-patch'])
      for (const query of ['', '?fieldValidation=Strict', '?fieldValidation=Ignore', '?fieldValidation=Foo'])
        for (const patch of [
          '{"spec":{"foo":1}}',
          '{"spec":{"replicas":2,"replicas":3}}',
          '{"spec":{"replicas":"x"}}',
          '{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i","foo":1}]}}}}',
          '{"metadata":{"labels":{"a":1}}}',
          '{"metadata":{"foo":"b"}}',
          '{"foo":{"bar":1}}',
          '{"spec":"x"}',
          '{"metadata":null}',
          '{"spec":{"template":null}}',
          '[]',
          '',
          '{',
          'null',
          '"x"',
        ])
          await ask('PATCH', `${path}/patched${query}`, patch, {
            'content-type': `application/${type}+json`,
          });
    for (const query of ['', '?fieldValidation=Strict'])
      for (const patch of [
        '[{"op":"add","path":"/spec/foo","value":1}]',
        '[{"op":"add","path":"/spec/replicas","value":"1"}]',
        '[{"op":"add","path":"/spec/replicas","value":1,"value":2}]',
        '[{"op":"add","op":"add","path":"/spec/replicas","value":1,"foo":2}]',
      ])
        await ask('PATCH', `${path}/patched${query}`, patch, {
          'content-type': 'application/json-patch+json',
        });
  },
};
