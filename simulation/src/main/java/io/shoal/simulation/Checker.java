package io.shoal.simulation;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.swarm.engine.SwarmAction;
import io.shoal.swarm.engine.SwarmConfig;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges what nodes do by what the protocol promises, without asking the engines: what is committed
 * has the bytes the blob has, only pieces that matched are served or announced, every request is
 * answered once, and slots, links and memory stay within their limits.
 */
final class Checker {

  private static final int MOST = 20;

  /** Pieces put together at once for each that a torrent may await: the others are replacements. */
  private static final int ASSEMBLIES_PER_OUTSTANDING = 3;

  private final World world;
  private final List<String> violations = new ArrayList<>();

  Checker(World world) {
    this.world = world;
  }

  List<String> violations() {
    return violations;
  }

  void found(SimNode node, String what) {
    if (violations.size() < MOST) {
      violations.add(world.queue.nowNanos() / 1000 + " us, node " + node.index + ": " + what);
    }
  }

  void sent(SimLink link, PeerMessage message) {
    switch (message) {
      case PeerMessage.Request m -> asks(link, m);
      case PeerMessage.Join m -> joins(link, m);
      case PeerMessage.Leave m -> leaves(link, m);
      case PeerMessage.Have m -> announces(link, m);
      case PeerMessage.HaveAll m -> {
        SimTorrent torrent = numbered(link, m.torrent());
        if (torrent != null && !torrent.have.isFull()) {
          found(link.node, "announces a blob that it has not got");
        }
      }
      default -> {}
    }
  }

  private void asks(SimLink link, PeerMessage.Request request) {
    if (!link.unanswered.add(request.requestId())) {
      found(link.node, "request id used twice: " + request.requestId());
    }
    int most = World.limits(link.node).upload().queuedExtents();
    if (link.unanswered.size() > most) {
      found(link.node, "more than " + most + " requests open on a link");
    }
  }

  private void announces(SimLink link, PeerMessage.Have have) {
    SimTorrent torrent = numbered(link, have.torrent());
    for (int piece : have.pieces()) {
      if (torrent != null && !torrent.have.get(piece)) {
        found(link.node, "announces piece " + piece + " that it does not hold");
      }
    }
  }

  private void joins(SimLink link, PeerMessage.Join join) {
    SimTorrent torrent = link.node.torrents.get(join.digest());
    if (torrent == null) {
      return;
    }
    Bitfield told = join.have();
    for (int piece = told.nextSet(0); piece >= 0; piece = told.nextSet(piece + 1)) {
      if (!torrent.have.get(piece)) {
        found(link.node, "announces piece " + piece + " that it does not hold");
      }
    }
    link.joined.put(join.torrent(), join.digest());
    if (link.other().joined.containsValue(join.digest())) {
      shared(link, join.digest(), 1);
      SwarmConfig limits = World.limits(link.node);
      int most = limits.link().mostPerTorrent() + limits.link().perTorrent();
      if (torrent.links > most) {
        found(link.node, "more than " + most + " links of one torrent");
      }
    }
  }

  private void leaves(SimLink link, PeerMessage.Leave leave) {
    Digest digest = leave.echo() ? null : link.joined.remove(leave.torrent());
    if (digest != null && link.other().joined.containsValue(digest)) {
      shared(link, digest, -1);
    }
  }

  /** A link is gone from both ends. */
  void cut(SimLink link) {
    for (Digest digest : link.joined.values()) {
      if (link.other().joined.containsValue(digest)) {
        shared(link, digest, -1);
      }
    }
    link.joined.clear();
    link.other().joined.clear();
  }

  private static void shared(SimLink link, Digest digest, int change) {
    for (SimNode node : List.of(link.node, link.other().node)) {
      SimTorrent torrent = node.torrents.get(digest);
      if (torrent != null) {
        torrent.links += change;
      }
    }
  }

  private static @Nullable SimTorrent numbered(SimLink link, int number) {
    Digest digest = link.joined.get(number);
    return digest == null ? null : link.node.torrents.get(digest);
  }

  void received(SimLink link, PeerMessage message) {
    switch (message) {
      case PeerMessage.Data m -> answered(link, m.requestId());
      case PeerMessage.Busy m -> answered(link, m.requestId());
      case PeerMessage.Reject m -> answered(link, m.requestId());
      default -> {}
    }
  }

  private void answered(SimLink link, int requestId) {
    if (!link.unanswered.remove(requestId)) {
      found(link.other().node, "answered a request that is not open: " + requestId);
    }
  }

  void sends(SimLink link, SimTorrent torrent, PeerMessage.Data data) {
    if (!torrent.have.get(data.piece())) {
      found(link.node, "sends piece " + data.piece() + " that it does not hold");
    }
    SwarmConfig limits = World.limits(link.node);
    int most = limits.upload().slots() + limits.upload().extraSlots();
    if (link.sends(torrent.blob.index(), data.piece()) > most) {
      found(link.node, "more than " + most + " uploads at once");
    }
  }

  void assembles(SimNode node, SimTorrent torrent) {
    int most = ASSEMBLIES_PER_OUTSTANDING * World.limits(node).request().pieces();
    if (torrent.assemblies.size() > most) {
      found(node, "more than " + most + " pieces in memory for one torrent");
    }
  }

  /** A node calls a blob complete: what is on its disk is what the digest stands for. */
  void commits(SimNode node, SimTorrent torrent) {
    for (int piece = 0; piece < torrent.stored.length; piece++) {
      if (!torrent.have.get(piece) || torrent.stored[piece] != torrent.blob.content(piece)) {
        found(node, "commits a blob whose piece " + piece + " is not the blob's");
        return;
      }
    }
  }

  void closed(SimNode node, String reason) {
    if (!reason.equals("unused")) {
      found(node, "closed a link: " + reason);
    }
  }

  void reported(SimNode node, SwarmAction.Report report) {
    SimNode accused = world.byId.get(report.peer());
    if (accused != null && !accused.poisoner) {
      found(node, "accused an honest peer: " + report.reason());
    }
  }

  /** When nothing happens any more, every request has its answer. */
  void atEnd() {
    for (SimNode node : world.nodes) {
      for (SimLink link : node.links.values()) {
        if (node.alive && link.unanswered.size() > 0 && link.other().node.alive) {
          found(node, link.unanswered.size() + " requests without an answer");
        }
      }
    }
  }
}
