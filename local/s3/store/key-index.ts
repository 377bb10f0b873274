/** A map whose keys are iterated in the order of S3: by their UTF-8 bytes, which differs from the order of JavaScript. */
export class KeyIndex<T> {
  private readonly values = new Map<string, T>();
  private sorted: string[] = [];

  get size(): number {
    return this.values.size;
  }

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  set(key: string, value: T): void {
    if (!this.values.has(key)) this.sorted.splice(this.position(key), 0, key);
    this.values.set(key, value);
  }

  delete(key: string): void {
    if (this.values.delete(key)) this.sorted.splice(this.position(key), 1);
  }

  /** Entries in order, starting at the first key that is not before `from`. */
  *from(from: string): Generator<[string, T]> {
    for (let index = this.position(from); index < this.sorted.length; index++) {
      const key = this.sorted[index] as string;
      yield [key, this.values.get(key) as T];
    }
  }

  /** The index of the key, or where it would be inserted. */
  private position(key: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.sorted[middle] as string, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Compares by code point, which is the order of the UTF-8 bytes. The order of JavaScript differs for surrogate pairs. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return orderOf(left) - orderOf(right);
  }
  return a.length - b.length;
}

/** Surrogates encode code points that are greater than all others. */
function orderOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}
