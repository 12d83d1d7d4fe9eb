package io.shoal.origin.fetch;

import io.shoal.core.units.ByteRate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides who may read from upstream next when that is limited. Blobs take turns by the bytes they
 * got; within a blob the lowest offset comes first, because only an unbroken prefix can be hashed
 * and offered. What is granted is spread evenly over time. Pure: no clock, no threads.
 */
final class TokenQueue {

  /** Time of one grant at the full rate: short, so that blobs alternate quickly. */
  private static final long SLICE_NANOS = 5_000_000;

  /** What may be granted at once after a pause, as time at the full rate. */
  private static final long BURST_NANOS = 20_000_000;

  private static final int MIN_SLICE_BYTES = 16 << 10;
  private static final int MAX_SLICE_BYTES = 256 << 10;
  private static final double NANOS_PER_SECOND = 1e9;

  /** What one blob got and wants. */
  static final class Share {

    private final List<Ticket> waiting = new ArrayList<>();

    /** Bytes got, counted from where the others were when this one began to ask. */
    private long servedBytes;
  }

  /** Somebody who wants to read at an offset of a blob. */
  static final class Ticket {

    private final Share share;
    private final long offset;
    private final int bytes;
    private boolean granted;

    private Ticket(Share share, long offset, int bytes) {
      this.share = share;
      this.offset = offset;
      this.bytes = bytes;
    }

    /** How much is granted, at most what was asked for. */
    int bytes() {
      return bytes;
    }

    boolean granted() {
      return granted;
    }
  }

  private final double nanosPerByte;
  private final int sliceBytes;

  /** Shares with waiting tickets, in the order in which they began to wait. */
  private final List<Share> asking = new ArrayList<>();

  /** When everything granted so far is paid for. */
  private long paidAtNanos;

  /** What the share served last had got: where newcomers start. */
  private long servedBytes;

  TokenQueue(ByteRate rate, long nowNanos) {
    this.nanosPerByte = NANOS_PER_SECOND / rate.bytesPerSecond();
    long slice = (long) (SLICE_NANOS / nanosPerByte);
    this.sliceBytes = Math.clamp(slice, MIN_SLICE_BYTES, MAX_SLICE_BYTES);
    this.paidAtNanos = nowNanos;
  }

  Ticket ask(Share share, long offset, int mostBytes) {
    Ticket ticket = new Ticket(share, offset, Math.min(mostBytes, sliceBytes));
    if (share.waiting.isEmpty()) {
      // Who did not ask for a while has saved nothing up.
      share.servedBytes = Math.max(share.servedBytes, servedBytes);
      asking.add(share);
    }
    share.waiting.add(ticket);
    return ticket;
  }

  void withdraw(Ticket ticket) {
    remove(ticket);
  }

  /** The ticket that may go now, if it is time for one. */
  Optional<Ticket> grant(long nowNanos) {
    if (asking.isEmpty() || paidAtNanos - nowNanos > 0) {
      return Optional.empty();
    }
    Share share = asking.getFirst();
    for (Share other : asking) {
      if (other.servedBytes < share.servedBytes) {
        share = other;
      }
    }
    Ticket ticket =
        share.waiting.stream().min(Comparator.comparingLong(t -> t.offset)).orElseThrow();
    long earliest = nowNanos - BURST_NANOS;
    if (paidAtNanos - earliest < 0) {
      paidAtNanos = earliest;
    }
    paidAtNanos += (long) Math.ceil(ticket.bytes * nanosPerByte);
    servedBytes = share.servedBytes;
    share.servedBytes += ticket.bytes;
    ticket.granted = true;
    remove(ticket);
    return Optional.of(ticket);
  }

  /** When the next ticket may go. */
  long dueNanos() {
    return paidAtNanos;
  }

  private void remove(Ticket ticket) {
    ticket.share.waiting.remove(ticket);
    if (ticket.share.waiting.isEmpty()) {
      asking.remove(ticket.share);
    }
  }
}
