package io.shoal.node.bench;

import io.shoal.core.content.Bitfield;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the engine does with sets of pieces, over 4096 of them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BitfieldBenchmark {

  private static final int PIECES = 4096;

  private final Bitfield ours = new Bitfield(PIECES);
  private final Bitfield theirs = new Bitfield(PIECES);
  private int next;

  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    for (int piece = 0; piece < PIECES; piece++) {
      if (random.nextBoolean()) {
        ours.set(piece);
      }
      if (random.nextBoolean()) {
        theirs.set(piece);
      }
    }
  }

  @Benchmark
  public boolean get() {
    next = (next + 1) % PIECES;
    return ours.get(next);
  }

  @Benchmark
  public boolean setAndClear() {
    next = (next + 1) % PIECES;
    return ours.set(next) ? ours.clear(next) : ours.get(next);
  }

  @Benchmark
  public Bitfield missing() {
    Bitfield missing = theirs.copy();
    missing.removeAll(ours);
    return missing;
  }

  @Benchmark
  public boolean lacksAny() {
    return ours.lacksAnyOf(theirs);
  }

  @Benchmark
  public int walk() {
    int sum = 0;
    for (int piece = ours.nextSet(0); piece >= 0; piece = ours.nextSet(piece + 1)) {
      sum += piece;
    }
    return sum;
  }
}
