package io.shoal.simulation;

import io.shoal.swarm.engine.SwarmAction;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** Judges what nodes do by what the protocol promises, without asking the engines. */
final class Checker {

  private static final int MOST = 20;

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
      case PeerMessage.Request m -> {
        if (!link.unanswered.add(m.requestId())) {
          found(link.node, "request id used twice: " + m.requestId());
        }
      }
      default -> {}
    }
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
    if (data.requestId() % 16 == 0 && link.node.uploads() > world.mostSlots(link.node)) {
      found(link.node, "more uploads at once than slots");
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
