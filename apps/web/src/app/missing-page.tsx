import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Notice } from '../kit/notice.js';
import s from './full-page.module.css';

export function MissingPage() {
  return (
    <div className={s.page}>
      <Notice icon={<Compass size={20} />} title="There is nothing at this address">
        Check the link, or start from the <Link to="/applications">applications</Link>.
      </Notice>
    </div>
  );
}
