package io.shoal.swarm.engine;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of the engine share: links, torrents, the time of this turn and its actions. */
final class Turn {

  final SwarmConfig config;
  final RandomGenerator random;
  final PeerId self;
  final LinkedHashMap<Integer, LinkState> links = new LinkedHashMap<>();
  final LinkedHashMap<Digest, TorrentState> torrents = new LinkedHashMap<>();

  /** Peers being dialled, with the time after which the dial counts as lost. */
  final TreeMap<PeerId, Long> dialling = new TreeMap<>();

  private final TreeMap<PeerId, LinkState> byPeer = new TreeMap<>();
  final OwnRate ownRate = new OwnRate();

  /** Which pieces this origin is to send first. */
  SwarmEvent.OriginsChanged stripe = new SwarmEvent.OriginsChanged(0, 1);

  long now;
  private List<SwarmAction> actions = new ArrayList<>();

  Turn(SwarmConfig config, PeerId self, RandomGenerator random) {
    this.config = config;
    this.self = self;
    this.random = random;
  }

  void act(SwarmAction action) {
    actions.add(action);
  }

  void send(LinkState link, PeerMessage message) {
    actions.add(new SwarmAction.Send(link.id, message));
  }

  List<SwarmAction> takeActions() {
    List<SwarmAction> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }

  void add(LinkState link) {
    links.put(link.id, link);
    byPeer.put(link.peer.id(), link);
  }

  /** Forgets a link; null if there is none of this number. */
  @Nullable LinkState removeLink(int id) {
    LinkState link = links.remove(id);
    if (link != null && byPeer.get(link.peer.id()) == link) {
      byPeer.remove(link.peer.id());
    }
    return link;
  }

  @Nullable LinkState linkTo(PeerId peer) {
    return byPeer.get(peer);
  }

  /** How long everything that is under way now would take over our own link. */
  long ownNanos() {
    long bytes = 0;
    for (LinkState link : links.values()) {
      bytes += link.bytesAhead();
    }
    return ownRate.nanosFor(bytes);
  }

  /** Whether the peer stands in another rack than we do; false while either is not known. */
  boolean outside(PeerInfo peer) {
    Locality here = config.locality();
    boolean told = peer.locality().known() || peer.role() == PeerRole.ORIGIN;
    return here.known() && told && !peer.locality().equals(here);
  }

  /** Whether the peer is known to stand in the same rack. */
  boolean inside(PeerInfo peer) {
    return config.locality().known() && peer.locality().equals(config.locality());
  }

  /** Whether pieces are on their way that a client waits for. */
  boolean clientWaits() {
    for (TorrentState torrent : torrents.values()) {
      if (torrent.rushes()) {
        return true;
      }
    }
    return false;
  }

  boolean dialling(PeerId peer) {
    return dialling.getOrDefault(peer, Long.MIN_VALUE) > now;
  }
}
