package io.shoal.node.swarm;

import io.shoal.core.content.Bitfield;
import io.shoal.node.wire.Link;
import io.shoal.swarm.message.PeerMessage;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops reading from links while what they brought waits: from one link while too many of its
 * messages wait for the engine's thread, from all of them while too much payload waits for the
 * workers. What a link was about to deliver when it is stopped still comes: at most one read of 256
 * KiB. Thread-safe.
 */
final class Backpressure {

  /** A message without lists in it, waiting: the record, the task that holds it, its queue node. */
  private static final int MESSAGE_BYTES = 160;

  /** A boxed number in a list. */
  private static final int NUMBER_BYTES = 24;

  /** A hash state with what wraps it. */
  private static final int STATE_BYTES = 128;

  private static final int PEER_BYTES = 200;

  /** One link. */
  static final class Gauge {
    private final Link link;
    private final AtomicLong waiting = new AtomicLong();
    private volatile boolean full;

    /** Whether reading is stopped for either reason; guarded by the lock. */
    private boolean stopped;

    private Gauge(Link link) {
      this.link = link;
    }
  }

  private final long payloadLimit;
  private final long messageLimit;
  private final AtomicLong payload = new AtomicLong();
  private final Set<Gauge> gauges = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private volatile boolean full;

  /**
   * Nothing waits.
   *
   * @param payloadLimit bytes of payload that may wait, over all links
   * @param messageLimit memory that the waiting messages of one link may take, about
   */
  Backpressure(long payloadLimit, long messageLimit) {
    this.payloadLimit = payloadLimit;
    this.messageLimit = messageLimit;
  }

  /** A link is up. */
  Gauge add(Link link) {
    Gauge gauge = new Gauge(link);
    gauges.add(gauge);
    synchronized (lock) {
      apply(gauge);
    }
    return gauge;
  }

  /** The link is down. */
  void remove(Gauge gauge) {
    gauges.remove(gauge);
  }

  void payload(int bytes) {
    if (payload.addAndGet(bytes) > payloadLimit && !full) {
      weighPayload();
    }
  }

  /** A slice has been hashed and written, or dropped. */
  void payloadDone(int bytes) {
    if (payload.addAndGet(-bytes) < payloadLimit / 2 && full) {
      weighPayload();
    }
  }

  void message(Gauge gauge, PeerMessage message) {
    if (gauge.waiting.addAndGet(weight(message)) > messageLimit && !gauge.full) {
      weighMessages(gauge);
    }
  }

  /** The engine has seen the message. */
  void messageDone(Gauge gauge, PeerMessage message) {
    if (gauge.waiting.addAndGet(-weight(message)) < messageLimit / 2 && gauge.full) {
      weighMessages(gauge);
    }
  }

  /**
   * Whoever changes an amount looks at the flag afterwards, and here the amount is looked at after
   * the flag has changed: one of the two sees what the other did.
   */
  private void weighPayload() {
    synchronized (lock) {
      if (!full && payload.get() > payloadLimit) {
        full = true;
      }
      if (full && payload.get() < payloadLimit / 2) {
        full = false;
      }
      gauges.forEach(this::apply);
    }
  }

  private void weighMessages(Gauge gauge) {
    synchronized (lock) {
      if (!gauge.full && gauge.waiting.get() > messageLimit) {
        gauge.full = true;
      }
      if (gauge.full && gauge.waiting.get() < messageLimit / 2) {
        gauge.full = false;
      }
      apply(gauge);
    }
  }

  private void apply(Gauge gauge) {
    boolean stop = full || gauge.full;
    if (stop != gauge.stopped) {
      gauge.stopped = stop;
      if (stop) {
        gauge.link.pauseReading();
      } else {
        gauge.link.resumeReading();
      }
    }
  }

  /** About how much memory a message takes while it waits. */
  static long weight(PeerMessage message) {
    return MESSAGE_BYTES
        + switch (message) {
          case PeerMessage.Join join -> bytes(Optional.of(join.have()));
          case PeerMessage.Request request -> bytes(request.unwanted());
          case PeerMessage.Have have -> (long) NUMBER_BYTES * have.pieces().size();
          case PeerMessage.States states -> (long) STATE_BYTES * states.states().entries().size();
          case PeerMessage.Final whole -> (long) STATE_BYTES * whole.metaInfo().states().size();
          case PeerMessage.Pex pex ->
              (long) PEER_BYTES * (pex.added().size() + pex.dropped().size());
          case PeerMessage.Abort abort -> 2L * abort.reason().length();
          case PeerMessage.Leave _,
              PeerMessage.HaveAll _,
              PeerMessage.Data _,
              PeerMessage.Busy _,
              PeerMessage.Ready _,
              PeerMessage.Reject _,
              PeerMessage.Cancel _,
              PeerMessage.Ping _,
              PeerMessage.Pong _ ->
              0L;
        };
  }

  private static long bytes(Optional<Bitfield> field) {
    return field.map(f -> f.size() / 8L).orElse(0L);
  }
}
