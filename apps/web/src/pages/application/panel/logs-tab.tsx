import { useQuery } from '@tanstack/react-query';
import { Clock, Download, Pause, Play, RotateCcw, Search, WrapText } from 'lucide-react';
import { useMemo } from 'react';
import { resourceQuery } from '../../../api/applications.js';
import type { ObjectRef, TreeNode } from '../../../api/types.js';
import { IconButton } from '../../../kit/button.js';
import { Select } from '../../../kit/field.js';
import { InlineError } from '../../../kit/inline-error.js';
import { SearchInput } from '../../../kit/search-input.js';
import type { ApplicationSearch } from '../application-search.js';
import { LogList } from '../logs/log-list.js';
import { findLines } from '../logs/log-buffer.js';
import { useLogStream } from '../logs/use-log-stream.js';
import { containersOf } from './containers-of.js';
import s from './logs-tab.module.css';
import { podsBelow } from './pods-below.js';

interface LogsTabProps {
  name: string;
  refTo: ObjectRef;
  node: TreeNode | undefined;
  nodes: readonly TreeNode[];
  search: ApplicationSearch;
  onChange: (patch: Partial<ApplicationSearch>) => void;
}

const TAILS = [100, 500, 1_000, 5_000];
const DEFAULT_TAIL = 500;

/** What a pod says, as it says it. Every choice here is in the address. */
export function LogsTab({ name, refTo, node, nodes, search, onChange }: LogsTabProps) {
  const pods = useMemo(() => (node ? podsBelow(node, nodes) : []), [node, nodes]);
  const pod = pods.find((each) => each.name === search.pod) ?? pods[0];
  const object = useQuery({
    ...resourceQuery(name, {
      version: 'v1',
      kind: 'Pod',
      namespace: pod?.namespace ?? '',
      name: pod?.name ?? '',
    }),
    enabled: pod !== undefined,
  });
  const containers = containersOf(object.data);
  const container = containers.find((each) => each === search.container) ?? containers[0];
  const isFollowing = search.still !== true;
  const tail = search.tail ?? DEFAULT_TAIL;
  const isKnown = object.data !== undefined || object.isError;

  if (!pod) return <p className={s.none}>{refTo.kind} has no pods at the moment.</p>;
  return (
    <div className={s.logs}>
      <div className={s.bar}>
        {pods.length > 1 ? (
          <Select
            dense
            aria-label="Pod"
            className={s.pod}
            value={pod.name}
            onChange={(event) => onChange({ pod: event.target.value, container: undefined })}
          >
            {pods.map((each) => (
              <option key={each.uid}>{each.name}</option>
            ))}
          </Select>
        ) : null}
        {containers.length > 1 ? (
          <Select
            dense
            aria-label="Container"
            className={s.container}
            value={container}
            onChange={(event) => onChange({ container: event.target.value })}
          >
            {containers.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </Select>
        ) : null}
        <Select
          dense
          aria-label="Lines"
          className={s.tail}
          value={tail}
          onChange={(event) => onChange({ tail: Number(event.target.value) })}
        >
          {[...new Set([...TAILS, tail])].map((lines) => (
            <option key={lines} value={lines}>
              Last {lines}
            </option>
          ))}
        </Select>
        <SearchInput
          label="Find in logs"
          placeholder="Find"
          icon={<Search size={13} />}
          value={search.find ?? ''}
          onChange={(find) => onChange({ find: find || undefined })}
          className={s.find}
        />
        <IconButton
          size="s"
          label="Times"
          aria-pressed={search.times === true}
          className={s.toggle}
          onClick={() => onChange({ times: search.times ? undefined : true })}
        >
          <Clock size={14} />
        </IconButton>
        <IconButton
          size="s"
          label="Wrap lines"
          aria-pressed={search.wrap === true}
          className={s.toggle}
          onClick={() => onChange({ wrap: search.wrap ? undefined : true })}
        >
          <WrapText size={14} />
        </IconButton>
        <IconButton
          size="s"
          label={isFollowing ? 'Stop following' : 'Follow'}
          aria-pressed={isFollowing}
          className={s.toggle}
          onClick={() => onChange({ still: isFollowing || undefined })}
        >
          {isFollowing ? <Pause size={14} /> : <Play size={14} />}
        </IconButton>
        <IconButton
          size="s"
          label="Before the last restart"
          aria-pressed={search.previous === true}
          className={s.toggle}
          onClick={() => onChange({ previous: search.previous ? undefined : true })}
        >
          <RotateCcw size={14} />
        </IconButton>
      </div>
      {isKnown ? (
        <Stream
          key={`${pod.uid}/${container ?? ''}`}
          name={name}
          pod={pod}
          container={container}
          tail={tail}
          isFollowing={isFollowing}
          search={search}
        />
      ) : null}
    </div>
  );
}

interface StreamProps {
  name: string;
  pod: TreeNode;
  container: string | undefined;
  tail: number;
  isFollowing: boolean;
  search: ApplicationSearch;
}

function Stream({ name, pod, container, tail, isFollowing, search }: StreamProps) {
  const { view, state, restart } = useLogStream(`/api/v1/applications/${encodeURIComponent(name)}/logs`, {
    podName: pod.name,
    namespace: pod.namespace,
    container,
    tailLines: tail,
    follow: isFollowing && !search.previous,
    previous: search.previous,
  });
  const shown = useMemo(() => findLines(view.lines, search.find), [view.lines, search.find]);

  const download = () => {
    const text = view.lines.map((line) => (line.time ? `${line.time} ${line.text}` : line.text)).join('\n');
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${pod.name}${container ? `.${container}` : ''}.log`;
    link.click();
    URL.revokeObjectURL(url);
  };

  return (
    <>
      {state.kind === 'failed' ? (
        <div className={s.error}>
          <InlineError error={state.error} />
        </div>
      ) : null}
      <LogList
        lines={shown}
        find={search.find}
        isWrapped={search.wrap === true}
        hasTimes={search.times === true}
        isFollowing={isFollowing}
        isReading={state.kind === 'reading'}
      />
      <footer className={s.foot}>
        <span>
          {shown.length.toLocaleString()} {search.find ? `of ${view.lines.length.toLocaleString()} ` : ''}
          lines
          {view.dropped > 0 ? `, the oldest ${view.dropped.toLocaleString()} skipped` : ''}
          {state.kind === 'ended' && isFollowing ? ' · the stream ended' : ''}
        </span>
        {state.kind !== 'reading' ? (
          <button type="button" className={s.again} onClick={restart}>
            Read again
          </button>
        ) : null}
        <IconButton size="s" label="Download" onClick={download}>
          <Download size={14} />
        </IconButton>
      </footer>
    </>
  );
}
