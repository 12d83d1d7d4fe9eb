package io.shoal.simulation;

import io.shoal.core.content.Digest;
import io.shoal.core.integrity.StateEntry;
import io.shoal.swarm.engine.SwarmAction;
import io.shoal.swarm.engine.SwarmEvent;
import io.shoal.swarm.message.PeerMessage;
import java.util.List;

/** Puts pieces together from extents and checks them, at the rate at which the node hashes. */
final class SimPieces {

  private final SimNode node;
  private final World world;
  private long hashFreeNanos;

  /** Work begun before a crash has no effect after it. */
  private int life;

  SimPieces(SimNode node) {
    this.node = node;
    this.world = node.world;
  }

  void restart() {
    life++;
    hashFreeNanos = world.queue.nowNanos();
    for (SimTorrent torrent : node.torrents.values()) {
      torrent.assemblies.clear();
      torrent.unchecked.clear();
    }
  }

  void learn(PeerMessage message) {
    if (message instanceof PeerMessage.States states) {
      SimTorrent torrent = node.torrents.get(states.states().digest());
      if (torrent != null) {
        for (StateEntry entry : states.states().entries()) {
          torrent.states.set(entry.piece());
        }
        check(torrent);
      }
    } else if (message instanceof PeerMessage.Final whole) {
      SimTorrent torrent = node.torrents.get(whole.metaInfo().digest());
      if (torrent != null) {
        torrent.states.setAll();
        check(torrent);
      }
    }
  }

  void accept(SwarmAction.Accept accept) {
    SimLink link = node.link(accept.link());
    if (link == null) {
      return;
    }
    PeerMessage.Data header = accept.header();
    SimTorrent torrent = node.torrent(accept.digest());
    link.accepted.put(header.requestId(), new SimLink.Incoming(torrent, header.piece()));
    if (torrent.assembly(link, header.piece()) == null) {
      torrent.assemblies.add(new SimTorrent.Assembly(link, header.piece()));
      world.checker.assembles(node, torrent);
    }
  }

  void abandon(SwarmAction.Abandon abandon) {
    SimTorrent torrent = node.torrent(abandon.digest());
    for (SimTorrent.Assembly assembly : List.copyOf(torrent.assemblies)) {
      if (assembly.link.id == abandon.link() && assembly.piece == abandon.piece()) {
        torrent.assemblies.remove(assembly);
        world.tally.uselessBytes += assembly.bytes;
      }
    }
  }

  void extentArrived(SimLink link, Flow.Extent extent) {
    SimLink.Incoming incoming = link.accepted.remove(extent.header.requestId());
    if (incoming == null) {
      return;
    }
    SimTorrent torrent = incoming.torrent;
    int length = extent.header.length();
    SimTorrent.Assembly assembly = torrent.assembly(link, incoming.piece);
    if (assembly == null) {
      world.tally.uselessBytes += length;
      return;
    }
    assembly.bytes += length;
    assembly.content += extent.content;
    long took = (long) StrictMath.ceil(length / world.hashBytesPerNano);
    hashFreeNanos = Math.max(hashFreeNanos, world.queue.nowNanos()) + took;
    if (assembly.bytes == torrent.blob.layout().pieceLength(incoming.piece)) {
      torrent.assemblies.remove(assembly);
      torrent.unchecked.add(assembly);
      check(torrent);
    }
  }

  private void check(SimTorrent torrent) {
    int now = life;
    for (SimTorrent.Assembly assembly : List.copyOf(torrent.unchecked)) {
      if (torrent.checkable(assembly.piece)) {
        torrent.unchecked.remove(assembly);
        world.queue.at(hashFreeNanos, () -> checked(torrent, assembly, now));
      }
    }
  }

  private void checked(SimTorrent torrent, SimTorrent.Assembly assembly, int begunIn) {
    if (!node.alive || begunIn != life) {
      return;
    }
    if (assembly.content != torrent.blob.content(assembly.piece)) {
      Digest digest = torrent.blob.digest();
      node.on(new SwarmEvent.PieceFailed(digest, assembly.piece, assembly.link.id, true));
    } else {
      attest(torrent, assembly.piece, assembly.content);
    }
  }

  /** A piece matched and is on disk. */
  void attest(SimTorrent torrent, int piece, long content) {
    torrent.stored[piece] = content;
    if (!torrent.have.set(piece)) {
      world.tally.uselessBytes += torrent.blob.layout().pieceLength(piece);
    } else {
      world.attested(node, torrent, piece);
    }
    if (torrent.firstByteNanos < 0 && torrent.have.get(0)) {
      torrent.firstByteNanos = world.queue.nowNanos();
    }
    node.on(new SwarmEvent.PieceAttested(torrent.blob.digest(), piece));
  }
}
