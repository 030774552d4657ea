import { useEffect, useState } from 'react';
import type { GraphPicture, LayoutAnswer, LayoutQuestion, LayoutRequest } from './layout-messages.js';

let worker: Worker | null = null;
let asked = 0;
const waiting = new Map<number, (answer: LayoutAnswer) => void>();

/** One worker for all graphs; it is started by the first. */
function ask(question: LayoutQuestion, listener: (answer: LayoutAnswer) => void): () => void {
  if (worker === null) {
    worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
    worker.onerror = ({ message }) => {
      for (const [id, tell] of waiting) tell({ id, fault: message || 'The layout program could not be loaded.' });
      waiting.clear();
    };
  }
  const id = ++asked;
  waiting.set(id, listener);
  const request: LayoutRequest = { ...question, id };
  worker.postMessage(request);
  return () => waiting.delete(id);
}

export interface LayoutState {
  readonly picture: GraphPicture | null;
  readonly fault: string | null;
}

/** @param question to be the same object as long as it asks the same. The last picture stays until the next one is there. */
export function useLayout(question: LayoutQuestion | null): LayoutState {
  const [state, setState] = useState<LayoutState>({ picture: null, fault: null });
  useEffect(() => {
    if (question === null) return undefined;
    return ask(question, (answer) =>
      setState(answer.fault === undefined ? { picture: answer.picture, fault: null } : { picture: null, fault: answer.fault }),
    );
  }, [question]);
  return state;
}
