package io.shoal.cli.console;

import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes per second over the last seconds. */
public final class RateWindow {

  private static final long WINDOW_NANOS = 5_000_000_000L;
  private static final double NANOS = 1e9;

  private record Point(long nanos, long bytes) {}

  private final Deque<Point> points = new ArrayDeque<>();

  /** Notes how many bytes there are at this moment. */
  public void add(long nanos, long bytes) {
    points.addLast(new Point(nanos, bytes));
    while (points.size() > 2 && nanos - points.getFirst().nanos() > WINDOW_NANOS) {
      points.removeFirst();
    }
  }

  /** The rate over the window; 0 before there are two moments. */
  public long bytesPerSecond() {
    if (points.size() < 2) {
      return 0;
    }
    Point first = points.getFirst();
    Point last = points.getLast();
    long nanos = Math.max(1, last.nanos() - first.nanos());
    return (long) Math.max(0, (last.bytes() - first.bytes()) * NANOS / nanos);
  }
}
