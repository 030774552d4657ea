/** The heads that lines of a picture end in, by the ids that the style sheet asks for. */
export function ArrowTips() {
  return (
    <defs>
      {['tip', 'tip-failing'].map((id) => (
        <marker
          key={id}
          id={id}
          className={id}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto-start-reverse"
        >
          <path d="M0 0.5 8 4 0 7.5Z" />
        </marker>
      ))}
    </defs>
  );
}
