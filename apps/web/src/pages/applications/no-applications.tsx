import { Filter, Ship } from 'lucide-react';
import { Button } from '../../kit/button.js';
import { Notice } from '../../kit/notice.js';

interface NoApplicationsProps {
  isEmpty: boolean;
  onCreate: () => void;
  onClear: () => void;
}

export function NoApplications({ isEmpty, onCreate, onClear }: NoApplicationsProps) {
  if (!isEmpty)
    return (
      <Notice
        icon={<Filter size={20} />}
        title="Nothing matches these filters"
        actions={<Button onClick={onClear}>Clear filters</Button>}
      >
        The filters are part of the address, so this view can be shared as it is.
      </Notice>
    );
  return (
    <Notice
      icon={<Ship size={20} />}
      title="No applications yet"
      actions={
        <Button look="primary" onClick={onCreate}>
          New application
        </Button>
      }
    >
      An application delivers one directory of a Git repository into the cluster, and keeps it that way.
    </Notice>
  );
}
