package io.shoal.swarm.engine;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who could be linked to: dialling, backing off, peer exchange, asking the tracker again. */
final class PeerFinding {

  /** Takes part in a torrent with the peer of an open link. */
  @FunctionalInterface
  interface Joiner {
    LinkTorrent join(LinkState link, TorrentState torrent);
  }

  private static final int PEX_PEERS = 32;
  private static final long PEX_NANOS = 1_000_000_000L;
  private static final long ASK_TRACKER_NANOS = 5_000_000_000L;

  private static final long STARVING_NANOS = 3_000_000_000L;

  /** A dial that the shell has not answered by then counts as lost. */
  private static final long DIAL_NANOS = 5_000_000_000L;

  private final Turn turn;
  private @Nullable Joiner joins;

  PeerFinding(Turn turn) {
    this.turn = turn;
  }

  /** Closes the circle between those who find peers and those who join them. */
  void joinBy(Joiner joiner) {
    joins = joiner;
  }

  void dialFailed(PeerId peer) {
    turn.dialling.remove(peer);
    if (turn.linkTo(peer) != null) {
      return; // two connections crossed, and the other one stands
    }
    turn.torrents.values().forEach(torrent -> backOff(torrent, peer));
  }

  void backOff(TorrentState torrent, PeerId peer) {
    TorrentState.Known known = torrent.known.get(peer);
    if (known != null) {
      torrent.importing.left(peer);
      known.notBeforeNanos = turn.now + 2 * turn.config.request().backOff().toNanos();
    }
  }

  void found(Digest digest, List<PeerInfo> peers) {
    TorrentState torrent = turn.torrents.get(digest);
    if (torrent != null) {
      peers.forEach(peer -> remember(torrent, peer));
      connect(torrent);
    }
  }

  void remember(TorrentState torrent, PeerInfo peer) {
    if (peer.id().equals(turn.self)) {
      return;
    }
    if (turn.inside(peer)) {
      torrent.importing.joined(peer.id());
    }
    if (torrent.known.containsKey(peer.id())) {
      return;
    }
    // There may be links to all that are known: an origin that is back must find room all the same.
    boolean origin = peer.role() == PeerRole.ORIGIN;
    if (torrent.known.size() >= turn.config.link().knownPeers() * (origin ? 2 : 1)) {
      PeerId forgotten = forgettable(torrent, origin);
      if (forgotten == null) {
        return;
      }
      torrent.known.remove(forgotten);
    }
    torrent.known.put(peer.id(), new TorrentState.Known(peer));
  }

  private @Nullable PeerId forgettable(TorrentState torrent, boolean alsoOrigins) {
    for (TorrentState.Known known : torrent.known.values()) {
      if (!turn.dialling(known.info.id())
          && (alsoOrigins || known.info.role() != PeerRole.ORIGIN)
          && turn.linkTo(known.info.id()) == null) {
        return known.info.id();
      }
    }
    return null;
  }

  /** Opens links or joins over open ones until the torrent has as many as it wants. */
  void connect(TorrentState torrent) {
    if (torrent.mode != TorrentMode.LEECH || torrent.complete()) {
      return;
    }
    // Peers that have nothing we need must not keep us from finding those who do.
    boolean starving = starving(torrent);
    int most = starving ? turn.config.link().mostPerTorrent() : turn.config.link().perTorrent();
    int far = starving || !turn.config.locality().known() ? most : farLinks();
    int links = torrent.links.size();
    int farLinks = 0;
    int farKnown = 0;
    for (LinkTorrent lt : torrent.links) {
      farLinks += lt.outside ? 1 : 0;
    }
    for (TorrentState.Known known : torrent.known.values()) {
      boolean outside = turn.outside(known.info);
      boolean dialling = turn.dialling(known.info.id());
      links += dialling ? 1 : 0;
      farKnown += outside ? 1 : 0;
      farLinks += dialling && outside ? 1 : 0;
    }
    // Room is kept for both kinds, as long as there are peers of both.
    int nearRoom = most - Math.min(far, farKnown) - (links - farLinks);
    int farRoom = far - farLinks;
    for (TorrentState.Known known : List.copyOf(torrent.known.values())) {
      boolean outside = turn.outside(known.info);
      boolean room = outside ? farRoom > 0 : nearRoom > 0;
      if ((room || known.info.role() == PeerRole.ORIGIN)
          && known.notBeforeNanos <= turn.now
          && connect(torrent, known.info)) {
        nearRoom -= outside ? 0 : 1;
        farRoom -= outside ? 1 : 0;
      }
    }
  }

  /** Links to other racks: few, and at least one. */
  private int farLinks() {
    return Math.max(1, turn.config.link().perTorrent() - turn.config.link().inRack());
  }

  /** Whether a link was missing and is being made. */
  private boolean connect(TorrentState torrent, PeerInfo peer) {
    LinkState link = turn.linkTo(peer.id());
    if (link != null) {
      if (link.torrents.containsKey(torrent.digest)) {
        return false;
      }
      Objects.requireNonNull(joins).join(link, torrent);
      return true;
    }
    if (turn.dialling(peer.id())) {
      return false;
    }
    turn.dialling.put(peer.id(), turn.now + DIAL_NANOS);
    turn.act(new SwarmAction.Dial(peer));
    return true;
  }

  private boolean starving(TorrentState torrent) {
    return torrent.downloads.isEmpty() && turn.now - torrent.progressNanos > STARVING_NANOS;
  }

  void pex(LinkTorrent from, PeerMessage.Pex pex) {
    if (pex.added().size() > 2 * PEX_PEERS) {
      throw new ProtocolViolation("too many peers at once");
    }
    found(from.torrent.digest, pex.added());
  }

  void tick(TorrentState torrent) {
    if (torrent.hungry()) {
      connect(torrent);
      if ((torrent.links.size() < turn.config.link().perTorrent() || starving(torrent))
          && turn.now - torrent.askedForPeersNanos > ASK_TRACKER_NANOS) {
        torrent.askedForPeersNanos = turn.now;
        turn.act(new SwarmAction.NeedPeers(torrent.digest));
      }
    }
    if (torrent.pexDue && turn.now - torrent.pexNanos > PEX_NANOS) {
      torrent.pexDue = false;
      torrent.pexNanos = turn.now;
      exchange(torrent);
    }
  }

  private void exchange(TorrentState torrent) {
    for (LinkTorrent to : torrent.links) {
      if (!to.joined() || to.theirHave.isFull()) {
        continue;
      }
      List<PeerInfo> others = new ArrayList<>();
      for (LinkTorrent lt : torrent.links) {
        boolean peer = lt != to && lt.joined() && !lt.link.isOrigin();
        if (peer && others.size() < PEX_PEERS && introduce(lt.link.peer.id(), to)) {
          others.add(lt.link.peer);
        }
      }
      if (!others.isEmpty()) {
        turn.send(to.link, new PeerMessage.Pex(torrent.number, others, List.of()));
      }
    }
  }

  /** Whether it has not been told of that peer yet; after very many it may be told again. */
  private boolean introduce(PeerId peer, LinkTorrent to) {
    if (to.introduced.size() >= turn.config.link().knownPeers()) {
      to.introduced.clear();
    }
    return to.introduced.add(peer);
  }
}
