package io.shoal.simulation;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.engine.SwarmAction;
import io.shoal.swarm.engine.SwarmEngine;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.engine.TorrentMode;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A process with an engine: the simulator's counterpart of the shell around the real one. */
final class SimNode {

  /** How long a dial waits for an answer. */
  private static final long CONNECT_NANOS = 500_000_000L;

  final World world;
  final int index;
  PeerInfo info;
  final Rack rack;
  final double upBytesPerNano;
  final double downBytesPerNano;

  /** The network's side: flows in turn at the uplink. */
  final ArrayDeque<Flow> ready = new ArrayDeque<>();

  boolean uplinkBusy;

  /** Pieces of which extents wait for the uplink. */
  int uploads;

  long downFreeNanos;

  final LinkedHashMap<Digest, SimTorrent> torrents = new LinkedHashMap<>();
  final TreeMap<Integer, SimLink> links = new TreeMap<>();

  /** The same by number, for speed; null where a link is gone. */
  private final List<@Nullable SimLink> byNumber = new ArrayList<>();

  final TreeSet<PeerId> dialling = new TreeSet<>();
  boolean poisoner;

  /** A fault keeps it from being as fast as the others: it is counted apart. */
  boolean impaired;

  /** It died for good. */
  boolean lost;

  boolean alive = true;
  long arrivedNanos = -1;

  /** Bytes of pre-warming it held when it began to pull. */
  long prewarmedAtArrival;

  /** Bytes of pre-warming that came while it pulled; -1 until it has all it pulls. */
  long prewarmedMeanwhile = -1;

  private SwarmEngine engine;
  final SimPieces pieces;
  private long wakeNanos = Long.MAX_VALUE;

  SimNode(World world, int index, PeerInfo info, Rack rack, double up, double down) {
    this.world = world;
    this.index = index;
    this.info = info;
    this.rack = rack;
    this.upBytesPerNano = up;
    this.downBytesPerNano = down;
    this.pieces = new SimPieces(this);
    this.engine = world.engine(this);
  }

  boolean isOrigin() {
    return info.role() == PeerRole.ORIGIN;
  }

  void on(SwarmEvent event) {
    if (!alive) {
      return;
    }
    world.tally.engineEvents++;
    for (SwarmAction action : engine.on(world.queue.nowNanos(), event)) {
      act(action);
    }
    wakeLater();
  }

  private void wakeLater() {
    long wake = Math.max(engine.nextWakeNanos(), world.queue.nowNanos() + 1);
    if (wake < wakeNanos) {
      wakeNanos = wake;
      world.queue.at(wake, () -> wake(wake));
    }
  }

  private void wake(long due) {
    if (due == wakeNanos) {
      wakeNanos = Long.MAX_VALUE;
      on(new SwarmEvent.Tick());
    }
  }

  private void act(SwarmAction action) {
    switch (action) {
      case SwarmAction.Send a -> send(a);
      case SwarmAction.SendExtent a -> sendExtent(a);
      case SwarmAction.Accept a -> pieces.accept(a);
      case SwarmAction.Discard a -> world.tally.uselessBytes += a.header().length();
      case SwarmAction.Abandon a -> pieces.abandon(a);
      case SwarmAction.Dial a -> dial(a.peer());
      case SwarmAction.CloseLink a -> closeLink(a);
      case SwarmAction.LookUp a ->
          world.queue.after(1, () -> on(new SwarmEvent.NoSuchBlob(a.digest(), a.link())));
      case SwarmAction.Complete a -> completed(torrent(a.digest()));
      case SwarmAction.Drop a -> world.checker.found(this, "dropped " + a);
      case SwarmAction.NeedPeers a -> world.trackers.announce(this, a.digest());
      case SwarmAction.Report a -> world.checker.reported(this, a);
      case SwarmAction.Reserved a -> world.checker.found(this, "reserved unasked " + a);
    }
  }

  SimTorrent torrent(Digest digest) {
    SimTorrent torrent = torrents.get(digest);
    if (torrent == null) {
      throw new IllegalStateException("no torrent " + digest.shortHex());
    }
    return torrent;
  }

  // Torrents.

  void add(Blob blob, TorrentMode mode, Bitfield have, boolean whole, Priority priority) {
    SimTorrent torrent = torrents.computeIfAbsent(blob.digest(), d -> new SimTorrent(blob));
    torrent.have.addAll(have);
    if (whole) {
      torrent.states.setAll();
    }
    on(
        new SwarmEvent.AddTorrent(
            blob.digest(),
            blob.layout(),
            mode,
            Blob.EPOCH,
            torrent.have.copy(),
            List.of(),
            whole ? Optional.of(blob.whole()) : Optional.empty(),
            priority));
  }

  boolean has(List<Blob> blobs) {
    return blobs.stream().allMatch(blob -> has(blob.digest()));
  }

  boolean has(Digest digest) {
    SimTorrent torrent = torrents.get(digest);
    return torrent != null && torrent.have.isFull();
  }

  private void completed(SimTorrent torrent) {
    world.checker.commits(this, torrent);
    torrent.completeNanos = world.queue.nowNanos();
    world.completed(this, torrent);
  }

  boolean complete() {
    for (SimTorrent torrent : torrents.values()) {
      if (torrent.completeNanos < 0) {
        return false;
      }
    }
    return !torrents.isEmpty();
  }

  // Links.

  @Nullable SimLink link(int number) {
    return number < byNumber.size() ? byNumber.get(number) : null;
  }

  private void dial(PeerInfo peer) {
    if (!dialling.add(peer.id())) {
      return;
    }
    world.queue.after(3 * world.latencyNanos, () -> dialled(peer));
  }

  private void dialled(PeerInfo peer) {
    dialling.remove(peer.id());
    SimNode other = world.byId.get(peer.id());
    if (!alive || linkTo(peer.id()) != null) {
      return;
    }
    long now = world.queue.nowNanos();
    if (other == null || !other.alive) {
      on(new SwarmEvent.DialFailed(peer.id()));
      return;
    }
    if (world.partitions.healed(this, other, now) > now) {
      world.queue.after(CONNECT_NANOS, () -> on(new SwarmEvent.DialFailed(peer.id())));
      return;
    }
    SimLink mine = newLink();
    SimLink theirs = other.newLink();
    mine.twin = theirs;
    theirs.twin = mine;
    mine.out = new Flow(mine, theirs);
    theirs.out = new Flow(theirs, mine);
    other.on(new SwarmEvent.LinkUp(theirs.id, info));
    on(new SwarmEvent.LinkUp(mine.id, other.info));
  }

  private SimLink newLink() {
    SimLink link = new SimLink(byNumber.size(), this);
    byNumber.add(link);
    links.put(link.id, link);
    return link;
  }

  private @Nullable SimLink linkTo(PeerId peer) {
    for (SimLink link : links.values()) {
      if (link.other().node.info.id().equals(peer)) {
        return link;
      }
    }
    return null;
  }

  private void closeLink(SwarmAction.CloseLink close) {
    world.checker.closed(this, close.reason());
    SimLink link = link(close.link());
    if (link != null) {
      cut(link);
    }
  }

  /** What is sent over these links has not been acknowledged for too long. */
  void breakLinks(Set<SimNode> apart) {
    for (SimLink link : List.copyOf(links.values())) {
      if (apart.contains(this) != apart.contains(link.other().node)) {
        cut(link);
        on(new SwarmEvent.LinkDown(link.id));
      }
    }
  }

  /** Ends a link; the other side learns of it. */
  private void cut(SimLink link) {
    SimLink other = link.other();
    world.checker.cut(link);
    world.network.close(link.flow());
    world.network.close(other.flow());
    forget(link);
    world.queue.after(
        world.latencyNanos,
        () -> {
          if (other.node.links.containsKey(other.id)) {
            other.node.forget(other);
            other.node.on(new SwarmEvent.LinkDown(other.id));
          }
        });
  }

  private void forget(SimLink link) {
    links.remove(link.id);
    byNumber.set(link.id, null);
    link.goesDown();
    for (SimTorrent torrent : torrents.values()) {
      torrent.assemblies.removeIf(assembly -> assembly.link == link);
    }
  }

  void crash() {
    alive = false;
    for (SimLink link : List.copyOf(links.values())) {
      cut(link);
    }
  }

  /** A new process on the old disk. */
  void restart(PeerInfo self) {
    info = self;
    alive = true;
    dialling.clear();
    engine = world.engine(this);
    pieces.restart();
  }

  private void send(SwarmAction.Send send) {
    SimLink link = link(send.link());
    if (link != null) {
      world.checker.sent(link, send.message());
      world.network.send(link.flow(), send.message());
    }
  }

  private void sendExtent(SwarmAction.SendExtent send) {
    SimLink link = link(send.link());
    if (link == null) {
      return;
    }
    SimTorrent torrent = torrent(send.digest());
    PeerMessage.Data header = send.header();
    world.checker.sends(link, torrent, header);
    long content = torrent.read(header.piece(), header.offset());
    Flow.Extent extent =
        new Flow.Extent(header, send.sendId(), torrent, poisoner ? ~content : content);
    world.network.send(link.flow(), extent);
  }

  // What the network brings.

  void arrived(SimLink link, PeerMessage message) {
    if (!alive || link.down) {
      return;
    }
    world.checker.received(link, message);
    pieces.learn(message);
    on(new SwarmEvent.Received(link.id, message));
  }

  void extentLeft(SimLink link, Flow.Extent extent) {
    if (!link.down) {
      link.hasSent(extent.torrent.blob.index(), extent.header.piece());
      on(new SwarmEvent.ExtentSent(link.id, extent.sendId, true));
    }
  }

  void extentArrived(SimLink link, Flow.Extent extent) {
    if (alive && !link.down) {
      pieces.extentArrived(link, extent);
      on(new SwarmEvent.ExtentArrived(link.id, extent.header.requestId()));
    }
  }
}
