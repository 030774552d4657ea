import { layoutOf, pictureOf, type Box, type Arrow } from '#pictures';
import { dagOfJson } from './dag-of-json.js';
import type { GraphPicture, LayoutAnswer, LayoutRequest } from './layout-messages.js';

/** Pixels between the ranks of a map: its arrows say how many calls they stand for. */
const ROOM_FOR_TEXT = 148;

/** Lays graphs out beside the page's own thread: thousands of spans take a second, in which the page goes on. */
self.onmessage = ({ data }: MessageEvent<LayoutRequest>): void => {
  let answer: LayoutAnswer;
  try {
    answer = { id: data.id, picture: pictureFor(data) };
  } catch (error) {
    answer = { id: data.id, fault: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
};

function pictureFor(request: LayoutRequest): GraphPicture {
  if (request.kind === 'dag') {
    const { boxes, arrows, notes, dag } = pictureOf(dagOfJson(request.dag), { maxSpans: request.maxSpans });
    return { boxes, arrows, notes, start: dag.firstTime, layout: layoutOf({ boxes, arrows }) };
  }
  const indexOf = new Map(request.nodes.map((name, index) => [name, index]));
  const boxes: Box[] = request.nodes.map((spanId) => ({ kind: 'missing', spanId }));
  const arrows = request.edges.flatMap(([from, to]): Arrow[] => {
    const [source, target] = [indexOf.get(from), indexOf.get(to)];
    return source === undefined || target === undefined ? [] : [{ source, target, kind: 'call', failing: false }];
  });
  return { boxes, arrows, notes: [], start: { seconds: 0, nanos: 0 }, layout: layoutOf({ boxes, arrows }, ROOM_FOR_TEXT) };
}
