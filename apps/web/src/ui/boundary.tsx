import { Component, type ReactNode } from 'react';
import { Failed } from './states.js';

interface State {
  readonly error: unknown;
}

/** Keeps a fault of one view from taking the whole page away. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Failed error={this.state.error} onRetry={() => location.reload()} />;
  }
}
