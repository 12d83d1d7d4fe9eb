package io.shoal.origin.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.units.ByteRate;
import io.shoal.origin.fetch.TokenQueue.Share;
import io.shoal.origin.fetch.TokenQueue.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenQueueTest {

  private static final long RATE = 30_000_000;
  private static final int MIB = 1 << 20;
  private static final int RANGE = 8 * MIB;

  private long now;
  private final TokenQueue queue = new TokenQueue(new ByteRate(RATE), now);

  /** A range of a blob whose reader asks again as soon as it was served. */
  private final class Reader {
    final Share share;
    final long start;
    long position;
    Ticket ticket;

    Reader(Share share, long start) {
      this.share = share;
      this.start = start;
      this.position = start;
      ask();
    }

    void ask() {
      ticket = position < start + RANGE ? queue.ask(share, position, RANGE) : null;
    }
  }

  /** Serves these readers for this long; returns the bytes served. */
  private long run(List<Reader> readers, long nanos) {
    long end = now + nanos;
    long served = 0;
    while (queue.dueNanos() < end) {
      now = Math.max(now, queue.dueNanos());
      Optional<Ticket> granted = queue.grant(now);
      if (granted.isEmpty()) {
        break;
      }
      for (Reader reader : readers) {
        if (reader.ticket == granted.get()) {
          reader.position += reader.ticket.bytes();
          served += reader.ticket.bytes();
          reader.ask();
        }
      }
    }
    now = end;
    return served;
  }

  private List<Reader> ranges(Share share, int count) {
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      readers.add(new Reader(share, (long) i * RANGE));
    }
    return readers;
  }

  @Test
  void servesTheLowestOffsetOfABlobAndNothingElse() {
    List<Reader> readers = ranges(new Share(), 4);
    run(readers, 100_000_000);
    assertThat(readers.get(0).position).isGreaterThan(5 * MIB / 2);
    assertThat(readers.subList(1, 4)).allMatch(reader -> reader.position == reader.start);
  }

  @Test
  void sharesEvenlyOverBlobsSoThatEachFirstPieceComesSoon() {
    List<Reader> all = new ArrayList<>();
    Map<Integer, Reader> first = new HashMap<>();
    for (int blob = 0; blob < 3; blob++) {
      List<Reader> readers = ranges(new Share(), 4);
      first.put(blob, readers.getFirst());
      all.addAll(readers);
    }
    run(all, 3L * MIB * 1_000_000_000L / RATE + 20_000_000);
    assertThat(first.values()).allMatch(reader -> reader.position >= MIB);
    assertThat(first.values()).allMatch(reader -> reader.position < 3 * MIB / 2);
  }

  @Test
  void neverServesMoreThanTheRateAllowsAfterAPause() {
    now += 60_000_000_000L;
    long served = run(ranges(new Share(), 4), 100_000_000);
    assertThat(served).isBetween(RATE / 10, RATE / 10 + RATE * 30 / 1000);
  }

  @Test
  void givesANewcomerItsTurnWithoutLettingItCatchUp() {
    List<Reader> old = ranges(new Share(), 1);
    run(old, 200_000_000);
    long before = old.getFirst().position;
    List<Reader> all = new ArrayList<>(old);
    all.addAll(ranges(new Share(), 1));
    run(all, 100_000_000);
    long oldGot = all.get(0).position - before;
    long newGot = all.get(1).position;
    assertThat(Math.abs(oldGot - newGot)).isLessThan(400_000);
  }

  @Test
  void aWithdrawnTicketCostsNothing() {
    Share share = new Share();
    Ticket low = queue.ask(share, 0, MIB);
    Ticket high = queue.ask(share, MIB, MIB);
    queue.withdraw(low);
    assertThat(queue.grant(now)).contains(high);
    assertThat(low.granted()).isFalse();
    assertThat(queue.grant(now + 1_000_000_000)).isEmpty();
  }
}
