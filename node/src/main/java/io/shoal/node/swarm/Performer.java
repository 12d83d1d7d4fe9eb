package io.shoal.node.swarm;

import io.netty.buffer.ByteBuf;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.integrity.TrustedOrigins;
import io.shoal.node.store.DiskFullException;
import io.shoal.node.wire.PeerTransport;
import io.shoal.swarm.engine.SwarmAction;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the engine decides. Everything here runs on the engine's thread. */
final class Performer {

  private static final Logger log = LoggerFactory.getLogger(Performer.class);

  private final SwarmNode node;
  private final LinkTable links;
  private final TorrentTable torrents;
  private final PieceWorkers workers;
  private final PeerTransport transport;
  private final StatesGate gate;
  private final SwarmMeters meters;
  private final SwarmListener listener;
  private final Map<Long, CompletableFuture<List<Integer>>> tickets = new HashMap<>();

  /** Extents handed to links and not yet taken by the kernel. */
  private final Phaser sends = new Phaser(1);

  private long nextTicket;
  private boolean leaving;

  Performer(
      SwarmNode node,
      LinkTable links,
      TorrentTable torrents,
      PieceWorkers workers,
      PeerTransport transport,
      TrustedOrigins trusted,
      SwarmMeters meters,
      SwarmListener listener) {
    this.node = node;
    this.links = links;
    this.torrents = torrents;
    this.workers = workers;
    this.transport = transport;
    this.gate = new StatesGate(torrents, trusted);
    this.meters = meters;
    this.listener = listener;
  }

  // Outwards.

  void perform(SwarmAction action) {
    switch (action) {
      case SwarmAction.Send a -> send(a.link(), a.message());
      case SwarmAction.SendExtent a -> sendExtent(a);
      case SwarmAction.Accept a -> accept(a);
      case SwarmAction.Discard a -> sink(a.link(), null);
      case SwarmAction.Abandon a -> abandon(a.link(), new PieceKey(a.digest(), a.piece()));
      case SwarmAction.Dial a -> links.dial(transport, a.peer());
      case SwarmAction.CloseLink a -> close(a.link(), a.reason());
      case SwarmAction.LookUp a -> Thread.startVirtualThread(() -> lookUp(a));
      case SwarmAction.Complete a -> torrents.find(a.digest()).ifPresent(this::complete);
      case SwarmAction.Drop a -> torrents.find(a.digest()).ifPresent(t -> drop(t, a.reason()));
      case SwarmAction.NeedPeers a -> listener.needPeers(a.digest());
      case SwarmAction.Report a -> report(a);
      case SwarmAction.Reserved a -> reserved(a);
    }
  }

  private void send(int link, PeerMessage message) {
    LinkTable.Entry entry = links.get(link);
    if (entry != null) {
      entry.link.send(message);
    }
  }

  private void close(int link, String reason) {
    LinkTable.Entry entry = links.get(link);
    if (entry != null) {
      log.info("Closing the link to {}: {}", entry.link.peer().address(), reason);
      entry.link.close(reason);
    }
  }

  private void sendExtent(SwarmAction.SendExtent a) {
    LinkTable.Entry entry = links.get(a.link());
    Optional<Torrent> torrent = torrents.find(a.digest());
    if (entry == null || torrent.isEmpty()) {
      node.post(new SwarmEvent.ExtentSent(a.link(), a.sendId(), false));
      return;
    }
    PeerMessage.Data data = a.header();
    long position = torrent.get().layout().pieceOffset(data.piece()) + data.offset();
    sends.register();
    entry.link.sendData(
        data,
        torrent.get().channel(),
        position,
        failure -> {
          sends.arriveAndDeregister();
          if (failure.isEmpty()) {
            meters.sent(data.length());
            torrent.get().sent(data.length());
          } else {
            entry.link.send(
                new PeerMessage.Reject(data.torrent(), data.requestId(), RejectReason.READ_FAILED));
          }
          node.post(new SwarmEvent.ExtentSent(a.link(), a.sendId(), failure.isEmpty()));
        });
  }

  private void accept(SwarmAction.Accept a) {
    LinkTable.Entry entry = links.get(a.link());
    Optional<Torrent> torrent = torrents.find(a.digest());
    if (entry == null || torrent.isEmpty()) {
      sink(a.link(), null);
      return;
    }
    int piece = a.header().piece();
    PieceKey key = new PieceKey(a.digest(), piece);
    Assembly assembly = entry.assemblies.get(key);
    if (assembly == null || a.header().offset() == 0) {
      assembly = new Assembly(torrent.get(), piece, anotherLinkBrings(key, entry));
      entry.assemblies.put(key, assembly);
      torrent.get().requested(piece);
    }
    entry.sink = new LinkTable.Sink(torrent.get(), assembly);
  }

  private boolean anotherLinkBrings(PieceKey key, LinkTable.Entry self) {
    for (LinkTable.Entry other : links.all()) {
      Assembly assembly = other == self ? null : other.assemblies.get(key);
      if (assembly != null) {
        return true;
      }
    }
    return false;
  }

  private void sink(int link, LinkTable.@Nullable Sink sink) {
    LinkTable.Entry entry = links.get(link);
    if (entry != null) {
      entry.sink = sink;
    }
  }

  private void abandon(int link, PieceKey key) {
    LinkTable.Entry entry = links.get(link);
    if (entry != null) {
      abandon(entry, key);
    }
  }

  private void abandon(LinkTable.Entry entry, PieceKey key) {
    Assembly assembly = entry.assemblies.remove(key);
    Optional<Torrent> torrent = torrents.find(key.digest());
    if (assembly != null && torrent.isPresent()) {
      workers.run(torrent.get(), key.piece(), assembly::abandon);
    }
  }

  private void lookUp(SwarmAction.LookUp a) {
    try {
      Optional<Torrent> torrent = node.seed(a.digest());
      torrent.ifPresent(Torrent::release);
      if (torrent.isEmpty()) {
        node.post(new SwarmEvent.NoSuchBlob(a.digest(), a.link()));
      }
    } catch (IOException e) {
      log.warn("{} cannot be read: {}", a.digest(), e.getMessage());
      node.post(new SwarmEvent.NoSuchBlob(a.digest(), a.link()));
    }
  }

  /** Every piece matched: make the blob durable, off this thread because it syncs the disk. */
  void complete(Torrent torrent) {
    listener.changed(torrent);
    torrent.keep();
    Thread.startVirtualThread(() -> {
      try {
        torrent.file.commit(torrent.metaInfo());
        torrent.stored();
        listener.changed(torrent);
      } catch (IOException e) {
        node.fail(torrent, e);
      } finally {
        torrent.release();
      }
    });
  }

  private void drop(Torrent torrent, String reason) {
    log.warn("{} was given up: {}", torrent.digest(), reason);
    torrent.fail(new TorrentFailedException(reason));
    remove(torrent, true);
  }

  private void report(SwarmAction.Report a) {
    log.warn("{} from {}: {}", a.digest().shortHex(), a.peer().shortHex(), a.reason());
    listener.misbehaved(a.peer(), a.digest(), a.reason());
  }

  void reserve(Torrent torrent, int max, CompletableFuture<List<Integer>> result) {
    long ticket = nextTicket++;
    tickets.put(ticket, result);
    node.handle(new SwarmEvent.Reserve(torrent.digest(), ticket, max));
    CompletableFuture<List<Integer>> unanswered = tickets.remove(ticket);
    if (unanswered != null) {
      unanswered.complete(List.of());
    }
  }

  private void reserved(SwarmAction.Reserved a) {
    CompletableFuture<List<Integer>> result = tickets.remove(a.ticket());
    if (result != null) {
      result.complete(a.pieces());
    }
  }

  void unload(Torrent torrent) {
    if (torrent.hasFailed() || torrent.retire()) {
      node.handle(new SwarmEvent.RemoveTorrent(torrent.digest()));
      remove(torrent, torrent.failedFor(DiskFullException.class));
    }
  }

  private void remove(Torrent torrent, boolean discard) {
    if (torrents.remove(torrent)) {
      node.feeds().forget(torrent);
      torrent.closeWhenUnused(discard);
      listener.unloaded(torrent.digest());
    }
  }

  void leaveAll() {
    leaving = true;
    for (Torrent torrent : torrents.all()) {
      node.handle(new SwarmEvent.RemoveTorrent(torrent.digest()));
    }
  }

  /** Answers with payload that are on their way out. */
  int uploads() {
    return sends.getRegisteredParties() - 1;
  }

  void awaitSends(Duration limit) throws InterruptedException {
    int phase = sends.arrive();
    try {
      sends.awaitAdvanceInterruptibly(phase, limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.info("Uploads under way did not end within {} ms", limit.toMillis());
    }
  }

  // Inwards.

  void received(LinkTable.Entry entry, PeerMessage message) {
    Optional<String> refusal = gate.check(message);
    if (refusal.isPresent()) {
      if (!refusal.get().isEmpty()) {
        close(entry.id, refusal.get());
      }
      return;
    }
    if (leaving && message instanceof PeerMessage.Join) {
      return;
    }
    node.handle(new SwarmEvent.Received(entry.id, message));
  }

  void payload(
      LinkTable.Entry entry, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    LinkTable.Sink sink = entry.sink;
    if (sink == null) {
      links.payloadDone(slice.readableBytes());
      slice.release();
    } else {
      PeerRole role = entry.link.peer().role();
      workers.run(sink.torrent(), data.piece(), () -> take(entry, role, sink, data, offset, slice));
    }
    if (last) {
      entry.sink = null;
      node.handle(new SwarmEvent.ExtentArrived(entry.id, data.requestId()));
    }
  }

  /** On the worker of the piece. */
  private void take(
      LinkTable.Entry entry,
      PeerRole role,
      LinkTable.Sink sink,
      PeerMessage.Data data,
      int offset,
      ByteBuf slice) {
    Torrent torrent = sink.torrent();
    int bytes = slice.readableBytes();
    torrent.received(bytes);
    try {
      switch (sink.assembly().take(data, offset, slice)) {
        case NONE -> {}
        case ATTESTED ->
            node.attested(
                torrent,
                data.piece(),
                role == PeerRole.ORIGIN ? ByteSource.ORIGIN : ByteSource.PEER);
        case MISMATCH -> {
          meters.mismatch();
          torrent.failed();
          node.post(new SwarmEvent.PieceFailed(torrent.digest(), data.piece(), entry.id, true));
        }
        case UNPROVABLE ->
            node.post(new SwarmEvent.PieceFailed(torrent.digest(), data.piece(), entry.id, false));
      }
    } catch (IOException e) {
      meters.unwritten();
      node.fail(torrent, e);
    } finally {
      slice.release();
      links.payloadDone(bytes);
    }
    if (!sink.assembly().open()) {
      PieceKey key = new PieceKey(torrent.digest(), data.piece());
      node.run(() -> entry.assemblies.remove(key, sink.assembly()));
    }
  }

  void linkDown(LinkTable.Entry entry) {
    List.copyOf(entry.assemblies.keySet()).forEach(key -> abandon(entry, key));
    node.handle(new SwarmEvent.LinkDown(entry.id));
  }

  /** Two peers dialled each other at once: the other connection serves if it is up already. */
  void duplicateDial(PeerId peer) {
    for (LinkTable.Entry entry : links.all()) {
      if (entry.link.peer().id().equals(peer)) {
        return;
      }
    }
    node.handle(new SwarmEvent.DialFailed(peer));
  }
}
