package io.shoal.node.bench;

import io.shoal.core.content.Bitfield;
import io.shoal.swarm.picking.PiecePicker;
import io.shoal.swarm.picking.RarestInWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision of the picker: 4096 pieces, 50 links that hold half of them each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickerBenchmark {

  private static final int PIECES = 4096;
  private static final int LINKS = 50;

  /** How much of the blob is here already. */
  @Param({"0", "50", "99"})
  public int percentHere;

  private final PiecePicker picker = new RarestInWindow(32);
  private final RandomGenerator random = new SplittableRandom(1);
  private final Bitfield have = new Bitfield(PIECES);
  private final List<Bitfield> theirs = new ArrayList<>();
  private final int[] copies = new int[PIECES];
  private PiecePicker.View view;

  @Setup
  public void fill() {
    for (int link = 0; link < LINKS; link++) {
      Bitfield pieces = new Bitfield(PIECES);
      for (int piece = 0; piece < PIECES; piece++) {
        if (random.nextBoolean() && pieces.set(piece)) {
          copies[piece]++;
        }
      }
      theirs.add(pieces);
    }
    for (int piece = 0; piece < PIECES; piece++) {
      if (random.nextInt(100) < percentHere) {
        have.set(piece);
      }
    }
    view = new FixedView();
  }

  @Benchmark
  public int pick() {
    return picker.pick(view, random);
  }

  private final class FixedView implements PiecePicker.View {

    @Override
    public int pieceCount() {
      return PIECES;
    }

    @Override
    public int cursor() {
      return have.nextClear(0);
    }

    @Override
    public int nextMissing(int piece) {
      return piece < PIECES ? have.nextClear(piece) : -1;
    }

    @Override
    public boolean needed(int piece) {
      return !have.get(piece);
    }

    @Override
    public int copies(int piece) {
      return copies[piece];
    }

    @Override
    public boolean obtainable(int piece) {
      for (Bitfield pieces : theirs) {
        if (pieces.get(piece)) {
          return true;
        }
      }
      return false;
    }
  }
}
