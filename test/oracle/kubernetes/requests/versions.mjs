/** Objects of kinds that are served in several versions: who applied what in which. */

const apply = { 'content-type': 'application/apply-patch+yaml' };
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const crd = (group) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: ['v1', 'v2'].map((name) => ({
      name,
      served: true,
      storage: name === 'v2',
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: {
                a: { type: 'string' },
                b: { type: 'string' },
                ...(name === 'v1' ? { c: { type: 'string' } } : { d: { type: 'string' } }),
              },
            },
          },
        },
      },
    })),
  },
});

export default {
  'a scaler applied in one version and then in the other': async (ask, ns) => {
    const v1 = `/apis/autoscaling/v1/namespaces/${ns}/horizontalpodautoscalers/web`;
    const v2 = `/apis/autoscaling/v2/namespaces/${ns}/horizontalpodautoscalers/web`;
    const scaler = (version, spec) => ({
      apiVersion: `autoscaling/${version}`,
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: { scaleTargetRef: target, maxReplicas: 5, ...spec },
    });
    const cpu = [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
      },
    ];
    await ask(
      'PATCH',
      `${v1}?fieldManager=one`,
      scaler('v1', { minReplicas: 2, targetCPUUtilizationPercentage: 50 }),
      apply,
    );
    await ask('PATCH', `${v2}?fieldManager=one`, scaler('v2', {}), apply);
    await ask('GET', v1);
    await ask('PATCH', `${v2}?fieldManager=one`, scaler('v2', { minReplicas: 3, metrics: cpu }), apply);
    await ask('PATCH', `${v1}?fieldManager=two`, scaler('v1', { minReplicas: 4 }), apply);
    await ask('PATCH', `${v1}?fieldManager=two&force=true`, scaler('v1', { minReplicas: 4 }), apply);
    await ask('PATCH', `${v1}?fieldManager=one`, scaler('v1', {}), apply);
    await ask('GET', v2);
  },
  'a custom resource applied in one version and then in the other': async (ask, ns) => {
    const group = `${ns}.example.com`;
    await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd(group));
    const path = (version) => `/apis/${group}/${version}/namespaces/${ns}/things/one`;
    for (let tries = 0; tries < 50; tries++) {
      const { status } = await ask.silently('GET', `/apis/${group}/v1/things`);
      if (status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const thing = (version, spec) => ({
      apiVersion: `${group}/${version}`,
      kind: 'Thing',
      metadata: { name: 'one' },
      spec,
    });
    await ask('PATCH', `${path('v1')}?fieldManager=one`, thing('v1', { a: '1', b: '2' }), apply);
    await ask('PATCH', `${path('v2')}?fieldManager=one`, thing('v2', { a: '1' }), apply);
    await ask('PATCH', `${path('v2')}?fieldManager=two`, thing('v2', { a: '2', d: '3' }), apply);
    await ask('PATCH', `${path('v2')}?fieldManager=two`, thing('v2', { d: '3' }), apply);
    await ask('PATCH', `${path('v1')}?fieldManager=two`, thing('v1', { b: '3' }), apply);
    await ask('GET', path('v2'));
    await ask('GET', path('v1'));
  },
};
