package io.shoal.simulation;

import java.util.Arrays;

/**
 * The simulation's clock and agenda: a binary heap ordered by time, first in first out at the same
 * instant, so that a seed replays.
 */
final class EventQueue {

  private long[] times = new long[1024];
  private long[] order = new long[1024];
  private Runnable[] tasks = new Runnable[1024];
  private int size;
  private long sequence;
  private long nowNanos;

  long nowNanos() {
    return nowNanos;
  }

  /** How many tasks there were. */
  long count() {
    return sequence;
  }

  /** Runs the task at this instant, or now if it has passed. */
  void at(long nanos, Runnable task) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      order = Arrays.copyOf(order, size * 2);
      tasks = Arrays.copyOf(tasks, size * 2);
    }
    up(size++, Math.max(nanos, nowNanos), sequence++, task);
  }

  void after(long nanos, Runnable task) {
    at(nowNanos + nanos, task);
  }

  /** Runs the next task; false if there is none before {@code untilNanos}. */
  boolean runNext(long untilNanos) {
    if (size == 0 || times[0] > untilNanos) {
      return false;
    }
    nowNanos = times[0];
    Runnable task = tasks[0];
    size--;
    Runnable last = tasks[size];
    long time = times[size];
    long number = order[size];
    tasks = cleared(size);
    if (size > 0) {
      down(time, number, last);
    }
    task.run();
    return true;
  }

  @SuppressWarnings("NullAway") // a slot past the end holds nothing
  private Runnable[] cleared(int index) {
    tasks[index] = null;
    return tasks;
  }

  private void up(int hole, long time, long number, Runnable task) {
    int at = hole;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!before(time, number, times[parent], order[parent])) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, time, number, task);
  }

  private void down(long time, long number, Runnable task) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      int right = child + 1;
      if (right < size && before(times[right], order[right], times[child], order[child])) {
        child = right;
      }
      if (!before(times[child], order[child], time, number)) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, time, number, task);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    order[to] = order[from];
    tasks[to] = tasks[from];
  }

  private void put(int at, long time, long number, Runnable task) {
    times[at] = time;
    order[at] = number;
    tasks[at] = task;
  }

  private static boolean before(long timeA, long numberA, long timeB, long numberB) {
    return timeA < timeB || (timeA == timeB && numberA < numberB);
  }
}
