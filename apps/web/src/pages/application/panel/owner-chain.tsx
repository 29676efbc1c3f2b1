import type { TreeNode } from '../../../api/types.js';
import { objectId } from '../object-id.js';
import s from './owner-chain.module.css';

interface OwnerChainProps {
  node: TreeNode;
  nodes: readonly TreeNode[];
  appName: string;
  onOpen: (id: string) => void;
}

/** Longer chains do not exist among Kubernetes' own kinds; a circle would. */
const MOST_OWNERS = 12;

/** Who made this, up to the application. */
export function OwnerChain({ node, nodes, appName, onOpen }: OwnerChainProps) {
  const byUid = new Map(nodes.map((each) => [each.uid, each]));
  const chain: TreeNode[] = [];
  let owner = byUid.get(node.parentRefs?.[0]?.uid ?? '');
  while (owner && chain.length < MOST_OWNERS && !chain.includes(owner)) {
    chain.push(owner);
    owner = byUid.get(owner.parentRefs?.[0]?.uid ?? '');
  }
  return (
    <ol className={s.chain}>
      {chain.map((each) => (
        <li key={each.uid}>
          <button type="button" className={s.owner} onClick={() => onOpen(objectId(each))}>
            {each.kind} {each.name}
          </button>
        </li>
      ))}
      <li>{chain.length === 0 ? `Git, as part of ${appName}` : appName}</li>
    </ol>
  );
}
