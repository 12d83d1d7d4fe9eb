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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The links by number, and the way from the event loops to the engine's thread. Pauses reading from
 * all links while too much received payload waits for the workers.
 */
final class LinkTable implements LinkListener {

  /** A link as the engine's thread sees it. */
  static final class Entry {
    final int id;
    final Link link;

    /** Pieces arriving over this link. Engine thread only. */
    final Map<PieceKey, Assembly> assemblies = new HashMap<>();

    /** Where the payload now arriving goes; null drops it. Engine thread only. */
    @Nullable Sink sink;

    Entry(int id, Link link) {
      this.id = id;
      this.link = link;
    }
  }

  /** The torrent and assembly that the payload now arriving belongs to. */
  record Sink(Torrent torrent, Assembly assembly) {}

  private final SwarmNode node;
  private final long queuedPayloadLimit;
  private final AtomicInteger nextId = new AtomicInteger();
  private final AtomicLong queuedPayload = new AtomicLong();
  private final Map<Link, Entry> byLink = new ConcurrentHashMap<>();
  private final Map<Integer, Entry> byId = new ConcurrentHashMap<>();
  private final Map<PeerAddress, PeerId> dialling = new ConcurrentHashMap<>();
  private volatile boolean paused;

  LinkTable(SwarmNode node, long queuedPayloadLimit) {
    this.node = node;
    this.queuedPayloadLimit = queuedPayloadLimit;
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
    Entry entry = new Entry(nextId.incrementAndGet(), link);
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
    if (paused) {
      link.pauseReading();
    }
  }

  @Override
  public void linkDown(Link link, String reason) {
    Entry entry = byLink.remove(link);
    if (entry != null) {
      byId.remove(entry.id);
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
      node.run(() -> node.received(entry, message));
    }
  }

  @Override
  public void payload(Link link, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    Entry entry = byLink.get(link);
    if (entry == null) {
      slice.release();
      return;
    }
    if (queuedPayload.addAndGet(slice.readableBytes()) > queuedPayloadLimit && !paused) {
      paused = true;
      byId.values().forEach(e -> e.link.pauseReading());
    }
    node.run(() -> node.payload(entry, data, offset, slice, last));
  }

  /** A slice has been hashed and written, or dropped. */
  void payloadDone(int bytes) {
    if (queuedPayload.addAndGet(-bytes) < queuedPayloadLimit / 2 && paused) {
      paused = false;
      byId.values().forEach(e -> e.link.resumeReading());
    }
  }
}
