package io.shoal.node.swarm;

import io.netty.buffer.ByteBuf;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.node.wire.DialFailure;
import io.shoal.node.wire.Link;
import io.shoal.node.wire.LinkListener;
import io.shoal.node.wire.PeerTransport;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.message.PeerMessage;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The links by number, and the way from the event loops to the engine's thread. What waits on that
 * way is bounded by {@link Backpressure}.
 */
final class LinkTable implements LinkListener {

  /** Memory that messages of one link may take while they wait for the engine's thread, about. */
  private static final long QUEUED_MESSAGE_BYTES = 64 << 10;

  /** A link as the engine's thread sees it. */
  static final class Entry {
    final int id;
    final Link link;
    final Backpressure.Gauge gauge;

    /** Pieces arriving over this link. Engine thread only. */
    final Map<PieceKey, Assembly> assemblies = new HashMap<>();

    /** Where the payload now arriving goes; null drops it. Engine thread only. */
    @Nullable Sink sink;

    Entry(int id, Link link, Backpressure.Gauge gauge) {
      this.id = id;
      this.link = link;
      this.gauge = gauge;
    }
  }

  /** The torrent and assembly that the payload now arriving belongs to. */
  record Sink(Torrent torrent, Assembly assembly) {}

  private final SwarmNode node;
  private final Backpressure backpressure;
  private final AtomicInteger nextId = new AtomicInteger();
  private final Map<Link, Entry> byLink = new ConcurrentHashMap<>();
  private final Map<Integer, Entry> byId = new ConcurrentHashMap<>();
  private final Map<PeerAddress, PeerId> dialling = new ConcurrentHashMap<>();

  LinkTable(SwarmNode node, long queuedPayloadLimit) {
    this.node = node;
    this.backpressure = new Backpressure(queuedPayloadLimit, QUEUED_MESSAGE_BYTES);
  }

  @Nullable Entry get(int id) {
    return byId.get(id);
  }

  Collection<Entry> all() {
    return byId.values();
  }

  int count() {
    return byId.size();
  }

  void dial(PeerTransport transport, PeerInfo peer) {
    dialling.put(peer.address(), peer.id());
    transport.dial(peer.address());
  }

  @Override
  public void linkUp(Link link) {
    Entry entry = new Entry(nextId.incrementAndGet(), link, backpressure.add(link));
    byLink.put(link, entry);
    byId.put(entry.id, entry);
    node.post(new SwarmEvent.LinkUp(entry.id, link.peer()));
    if (link.dialled()) {
      PeerId meant = dialling.remove(link.peer().address());
      // A restarted peer answers at the old address under a new id.
      if (meant != null && !meant.equals(link.peer().id())) {
        node.post(new SwarmEvent.DialFailed(meant));
      }
    }
  }

  @Override
  public void linkDown(Link link, String reason) {
    Entry entry = byLink.remove(link);
    if (entry != null) {
      byId.remove(entry.id);
      backpressure.remove(entry.gauge);
      node.run(() -> node.linkDown(entry, reason));
    }
  }

  @Override
  public void dialFailed(PeerAddress address, DialFailure failure, String detail) {
    PeerId meant = dialling.remove(address);
    if (meant != null) {
      node.dialFailed(meant, address, failure, detail);
    }
  }

  @Override
  public void message(Link link, PeerMessage message) {
    Entry entry = byLink.get(link);
    if (entry != null) {
      backpressure.message(entry.gauge, message);
      node.run(() -> received(entry, message));
    }
  }

  @Override
  public void payload(Link link, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    Entry entry = byLink.get(link);
    if (entry == null) {
      slice.release();
      return;
    }
    backpressure.payload(slice.readableBytes());
    node.run(() -> node.payload(entry, data, offset, slice, last));
  }

  private void received(Entry entry, PeerMessage message) {
    try {
      node.received(entry, message);
    } finally {
      backpressure.messageDone(entry.gauge, message);
    }
  }

  /** A slice has been hashed and written, or dropped. */
  void payloadDone(int bytes) {
    backpressure.payloadDone(bytes);
  }
}
