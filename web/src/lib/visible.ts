/**
 * Whether an element is in sight, or nearly: only such cards ask for data and draw.
 *
 *     <div {@attach whenVisible((visible) => (inSight = visible))}>
 */

/** An attachment that reports each change; `margin` is how far beyond the window counts as in sight, in pixels. */
export function whenVisible(report: (visible: boolean) => void, margin = 300): (element: Element) => () => void {
  return (element) => {
    const observer = new IntersectionObserver((entries) => report(entries.at(-1)!.isIntersecting), {
      rootMargin: `${margin}px`,
    });
    observer.observe(element);
    return () => observer.disconnect();
  };
}
