/** Which elements are in sight: one observer for all of them, with some room around the window so that nothing appears late. */

type Told = (inSight: boolean) => void;

const MARGIN = '240px 0px';
let observer: IntersectionObserver | undefined;
const told = new WeakMap<Element, Told>();

/** Tells `listener` whenever `element` comes into sight or leaves it; gives what stops it. */
export function watchSight(element: Element, listener: Told): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting);
    },
    // What scrolls inside the page would cut the margin of the window off.
    { root: null, rootMargin: MARGIN, scrollMargin: MARGIN } as IntersectionObserverInit,
  );
  told.set(element, listener);
  observer.observe(element);
  return () => {
    told.delete(element);
    observer?.unobserve(element);
  };
}
