import type { PageData } from '../page/page-data';
import { type ClientPart, isMarked } from './data';
import { describePart, describeState } from './describe';
import type { Selection, Timeline } from './timeline';
import type { View } from './view';

const ZOOM = 0.6;

/** Mouse, keyboard and buttons of the timeline. */
export class Controls {
  private readonly inspector = document.getElementById('inspector')!;
  private readonly hint = this.inspector.textContent;

  private readonly actions: Record<string, () => void> = {
    in: () => this.view.zoom(ZOOM, this.middle()),
    out: () => this.view.zoom(1 / ZOOM, this.middle()),
    all: () => this.view.showAll(),
    next: () => this.jump(isMarked, 1),
    previous: () => this.jump(isMarked, -1),
    critical: () => this.jump(({ isCritical }) => isCritical, 1),
  };

  private readonly keys: Record<string, () => void> = {
    ArrowLeft: () => this.move(-1, 0),
    ArrowRight: () => this.move(1, 0),
    ArrowUp: () => this.move(0, -1),
    ArrowDown: () => this.move(0, 1),
    'Shift+ArrowLeft': () => this.view.pan(-0.25),
    'Shift+ArrowRight': () => this.view.pan(0.25),
    Home: () => this.goTo(this.parts[0]),
    End: () => this.goTo(this.parts.at(-1)),
    '+': this.actions.in!,
    '=': this.actions.in!,
    '-': this.actions.out!,
    '[': () => this.view.zoomLanes(ZOOM, this.lane()),
    ']': () => this.view.zoomLanes(1 / ZOOM, this.lane()),
    '0': this.actions.all!,
    n: this.actions.next!,
    p: this.actions.previous!,
    c: this.actions.critical!,
    Escape: () => this.select(undefined),
  };

  constructor(
    element: HTMLElement,
    private readonly view: View,
    private readonly timeline: Timeline,
    private readonly data: PageData,
    private readonly parts: readonly ClientPart[],
  ) {
    element.addEventListener('keydown', (event) => this.onKey(event));
    element.addEventListener('mousemove', (event) => this.show(timeline.at(event) ?? timeline.selected, 'off'));
    element.addEventListener('mouseleave', () => this.show(timeline.selected, 'off'));
    element.addEventListener('click', (event) => this.select(timeline.at(event)));
    element.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-do]')) {
      const name = button.dataset.do!;
      button.addEventListener('click', () => (Object.hasOwn(this.actions, name) ? this.actions[name]?.() : undefined));
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key.startsWith('Arrow');
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = isArrow && event.shiftKey ? `Shift+${key}` : key;
    const action = Object.hasOwn(this.keys, name) ? this.keys[name] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  /** The wheel zooms only with Ctrl, like maps on web pages. The wheel alone scrolls the page. */
  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.view.zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, this.timeline.msAt(event));
  }

  private selectedPart(): ClientPart | undefined {
    const { selected } = this.timeline;
    return selected !== undefined && 'part' in selected ? selected.part : undefined;
  }

  /** Selects another part of the lane or of another lane; without parts, another state. */
  private move(along: number, across: number): void {
    const { states } = this.data;
    if (this.parts.length > 0) {
      const part = this.selectedPart();
      this.goTo(part === undefined ? this.parts[0] : this.timeline.neighbour(part, along, across));
      return;
    }
    const { selected } = this.timeline;
    const index = selected !== undefined && 'state' in selected ? states.indexOf(selected.state) : -1;
    const state = states[Math.max(0, index + along + across)];
    if (state !== undefined) this.select({ state });
  }

  /** Selects the next or previous part that matches, starting at the selected one and wrapping around. */
  private jump(isMeant: (part: ClientPart) => boolean, direction: 1 | -1): void {
    const meant = this.parts.filter(isMeant);
    const from = this.selectedPart()?.index ?? (direction === 1 ? -1 : this.parts.length);
    const ordered = direction === 1 ? meant : [...meant].reverse();
    const part = ordered.find(({ index }) => (index - from) * direction > 0) ?? ordered[0];
    if (part === undefined) this.say('There is no such part.', 'polite');
    else this.goTo(part);
  }

  private goTo(part: ClientPart | undefined): void {
    if (part === undefined) return;
    this.view.reveal(part.startMs, part.stopMs, part.lane);
    this.select({ part });
  }

  private select(selection: Selection | undefined): void {
    this.timeline.select(selection);
    this.show(selection, 'polite');
  }

  private show(selection: Selection | undefined, live: 'polite' | 'off'): void {
    if (selection === undefined) this.say(this.hint, live);
    else if ('part' in selection) this.say(describePart(selection.part, this.data), live);
    else this.say(describeState(selection.state, this.data), live);
  }

  /** Screen readers do not read text that is shown because of mouse movements (`off`). */
  private say(text: string, live: 'polite' | 'off'): void {
    if (this.inspector.textContent === text) return;
    this.inspector.setAttribute('aria-live', live);
    this.inspector.textContent = text;
  }

  private middle(): number | undefined {
    const part = this.selectedPart();
    return part && (part.startMs + part.stopMs) / 2;
  }

  private lane(): number {
    return this.selectedPart()?.lane ?? (this.view.minLane + this.view.maxLane) / 2;
  }
}
