import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { PageBar } from '../../app/page-bar.js';
import { kindsQuery } from '../../api/system.js';
import { ErrorNotice, Notice } from '../../kit/notice.js';
import { SkeletonLines } from '../../kit/skeleton.js';
import s from './cluster-page.module.css';
import { kindAddress, parseKindAddress } from './kind-address.js';
import { KindList } from './kind-list.js';
import { ObjectTable } from './object-table.js';

const route = getRouteApi('/app/cluster');
const FIRST = '/v1/pods';

/** Every kind of object the cluster knows, their objects, and each as YAML. */
export function ClusterPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const kinds = useQuery(kindsQuery);
  const address = search.kind ?? FIRST;
  const parts = parseKindAddress(address);
  const kind = kinds.data?.find((each) => kindAddress(each) === address);

  const body = () => {
    if (kinds.isError && !kinds.data)
      return (
        <ErrorNotice
          what="The kinds of objects could not be read"
          error={kinds.error}
          onRetry={() => void kinds.refetch()}
        />
      );
    if (!kinds.data)
      return (
        <div className={s.loading}>
          <SkeletonLines count={12} />
        </div>
      );
    return (
      <div className={s.columns}>
        <KindList
          kinds={kinds.data}
          chosen={address}
          onChoose={(next) =>
            void navigate({
              search: { kind: next, ...(search.namespace ? { namespace: search.namespace } : {}) },
            })
          }
        />
        {parts ? (
          <ObjectTable
            key={address}
            parts={parts}
            kind={kind}
            search={search}
            onChange={(patch) =>
              void navigate({ search: (was) => ({ ...was, ...patch }), replace: patch.object === undefined })
            }
          />
        ) : (
          <Notice title="This address names no kind">Choose one on the left.</Notice>
        )}
      </div>
    );
  };
  return (
    <>
      <PageBar title="Cluster" after={kind ? <span className={s.kind}>{kind.kind}</span> : null} />
      {body()}
    </>
  );
}
