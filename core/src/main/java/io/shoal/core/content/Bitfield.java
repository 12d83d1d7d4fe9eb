package io.shoal.core.content;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fixed-length set of piece indexes. Mutable and not thread-safe: its owner is one thread; hand
 * out {@link #copy()} to others. On the wire bit 0 is the high bit of the first byte, as in BEP 3,
 * and spare bits are zero.
 */
public final class Bitfield {

  private final int size;
  private final long[] words;
  private int cardinality;

  /** An empty set over {@code size} pieces. */
  public Bitfield(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    this.size = size;
    this.words = new long[(size + 63) >>> 6];
  }

  private Bitfield(Bitfield source) {
    this.size = source.size;
    this.words = source.words.clone();
    this.cardinality = source.cardinality;
  }

  /** The set of all {@code size} pieces. */
  public static Bitfield full(int size) {
    Bitfield all = new Bitfield(size);
    all.setAll();
    return all;
  }

  /**
   * Reads the wire form.
   *
   * @throws IllegalArgumentException if the length is wrong or a spare bit is set
   */
  public static Bitfield fromBytes(int size, byte[] bytes) {
    if (bytes.length != (size + 7) / 8) {
      throw new IllegalArgumentException(bytes.length + " bytes for " + size + " pieces");
    }
    Bitfield field = new Bitfield(size);
    ByteBuffer padded = ByteBuffer.wrap(Arrays.copyOf(bytes, field.words.length * Long.BYTES));
    for (int i = 0; i < field.words.length; i++) {
      field.words[i] = Long.reverse(padded.getLong());
      field.cardinality += Long.bitCount(field.words[i]);
    }
    int spare = field.words.length * Long.SIZE - size;
    if (spare > 0 && field.words[field.words.length - 1] >>> (Long.SIZE - spare) != 0) {
      throw new IllegalArgumentException("a spare bit is set behind " + size);
    }
    return field;
  }

  /** The wire form. */
  public byte[] toBytes() {
    ByteBuffer whole = ByteBuffer.allocate(words.length * Long.BYTES);
    for (long word : words) {
      whole.putLong(Long.reverse(word));
    }
    return Arrays.copyOf(whole.array(), (size + 7) / 8);
  }

  /** Number of pieces the set ranges over. */
  public int size() {
    return size;
  }

  /** Number of pieces in the set. */
  public int cardinality() {
    return cardinality;
  }

  /** Whether every piece is in the set. */
  public boolean isFull() {
    return cardinality == size;
  }

  /** Whether no piece is in the set. */
  public boolean isEmpty() {
    return cardinality == 0;
  }

  /** Whether the piece is in the set. */
  public boolean get(int index) {
    check(index);
    return (words[index >>> 6] & (1L << index)) != 0;
  }

  /** Adds the piece; returns false if it was there. */
  public boolean set(int index) {
    check(index);
    long bit = 1L << index;
    if ((words[index >>> 6] & bit) != 0) {
      return false;
    }
    words[index >>> 6] |= bit;
    cardinality++;
    return true;
  }

  /** Removes the piece; returns false if it was not there. */
  public boolean clear(int index) {
    check(index);
    long bit = 1L << index;
    if ((words[index >>> 6] & bit) == 0) {
      return false;
    }
    words[index >>> 6] &= ~bit;
    cardinality--;
    return true;
  }

  /** Adds every piece. */
  public void setAll() {
    Arrays.fill(words, -1L);
    if ((size & 63) != 0) {
      words[words.length - 1] = (1L << size) - 1;
    }
    cardinality = size;
  }

  /** The first piece at or after {@code from} that is in the set, or -1. */
  public int nextSet(int from) {
    return next(from, 0L);
  }

  /** The first piece at or after {@code from} that is not in the set, or -1. */
  public int nextClear(int from) {
    return next(from, -1L);
  }

  private int next(int from, long flip) {
    if (from >= size) {
      return -1;
    }
    int word = from >>> 6;
    long bits = (words[word] ^ flip) & (-1L << from);
    while (bits == 0) {
      if (++word == words.length) {
        return -1;
      }
      bits = words[word] ^ flip;
    }
    int index = (word << 6) + Long.numberOfTrailingZeros(bits);
    return index < size ? index : -1;
  }

  /** Whether {@code other} holds a piece that this set lacks. Both range over the same pieces. */
  public boolean lacksAnyOf(Bitfield other) {
    if (other.size != size) {
      throw new IllegalArgumentException(other.size + " pieces against " + size);
    }
    for (int i = 0; i < words.length; i++) {
      if ((other.words[i] & ~words[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Adds every piece of {@code other}. Both range over the same pieces. */
  public void addAll(Bitfield other) {
    if (other.size != size) {
      throw new IllegalArgumentException(other.size + " pieces against " + size);
    }
    int count = 0;
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
      count += Long.bitCount(words[i]);
    }
    cardinality = count;
  }

  /** Removes every piece of {@code other}. Both range over the same pieces. */
  public void removeAll(Bitfield other) {
    if (other.size != size) {
      throw new IllegalArgumentException(other.size + " pieces against " + size);
    }
    int count = 0;
    for (int i = 0; i < words.length; i++) {
      words[i] &= ~other.words[i];
      count += Long.bitCount(words[i]);
    }
    cardinality = count;
  }

  /** Turns the set into its complement. */
  public void flip() {
    for (int i = 0; i < words.length; i++) {
      words[i] = ~words[i];
    }
    if ((size & 63) != 0) {
      words[words.length - 1] &= (1L << size) - 1;
    }
    cardinality = size - cardinality;
  }

  /** The pieces in the set, ascending. */
  public List<Integer> toList() {
    List<Integer> pieces = new ArrayList<>(cardinality);
    for (int piece = nextSet(0); piece >= 0; piece = nextSet(piece + 1)) {
      pieces.add(piece);
    }
    return pieces;
  }

  /** An independent copy. */
  public Bitfield copy() {
    return new Bitfield(this);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Bitfield b && b.size == size && Arrays.equals(b.words, words);
  }

  @Override
  public int hashCode() {
    return 31 * size + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return cardinality + "/" + size;
  }

  private void check(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("piece " + index + " of " + size);
    }
  }
}
