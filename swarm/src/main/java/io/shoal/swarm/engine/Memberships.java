package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who takes part in which torrent: links, Join and Leave, and which pieces others have. */
final class Memberships {

  private static final int MAX_TORRENTS = 1 << 16;
  private static final int MAX_UNKNOWN_JOINS = 256;

  private final Turn turn;
  private final Asking asking;
  private final Downloads downloads;
  private final Uploads uploads;
  private final Gossip gossip;
  private final PeerFinding peers;
  private final BitSet numbers = new BitSet();

  /** Numbers left but not yet confirmed, with the links whose echo is awaited. */
  private final TreeMap<Integer, TreeSet<Integer>> leaving = new TreeMap<>();

  /** Joins of torrents the shell is being asked about, by link. */
  private final TreeMap<Integer, List<PeerMessage.Join>> unknownJoins = new TreeMap<>();

  Memberships(
      Turn turn,
      Asking asking,
      Downloads downloads,
      Uploads uploads,
      Gossip gossip,
      PeerFinding peers) {
    this.turn = turn;
    this.asking = asking;
    this.downloads = downloads;
    this.uploads = uploads;
    this.gossip = gossip;
    this.peers = peers;
  }

  // Torrents.

  void add(SwarmEvent.AddTorrent add) {
    TorrentState known = turn.torrents.get(add.digest());
    if (known != null) {
      raise(known, add.priority());
      if (add.mode() == TorrentMode.LEECH && known.mode == TorrentMode.SEED && !known.complete()) {
        known.mode = TorrentMode.LEECH;
      }
      return;
    }
    int number = numbers.nextClearBit(0);
    if (number >= MAX_TORRENTS) {
      throw new IllegalStateException("more than " + MAX_TORRENTS + " torrents");
    }
    numbers.set(number);
    TorrentState torrent = new TorrentState(add, number, turn.now, turn.self);
    turn.torrents.put(add.digest(), torrent);
    for (int linkId : List.copyOf(unknownJoins.keySet())) {
      LinkState link = turn.links.get(linkId);
      if (link != null) {
        joinBelated(link, add.digest());
      }
    }
  }

  /** A client waits for it from now on: places are asked for anew, with those who wait. */
  void raise(TorrentState torrent, Priority to) {
    if (torrent.priority.or(to) == torrent.priority) {
      return;
    }
    torrent.priority = to;
    for (LinkTorrent lt : torrent.links) {
      lt.placeHeld = false;
    }
    asking.fill(torrent);
  }

  /** The torrent is known now; whether the peers that asked for it did so rightly was not yet. */
  private void joinBelated(LinkState link, Digest digest) {
    List<PeerMessage.Join> joins = unknownJoins.getOrDefault(link.id, List.of());
    try {
      for (PeerMessage.Join join : List.copyOf(joins)) {
        if (join.digest().equals(digest)) {
          joins.remove(join);
          join(link, join);
        }
      }
    } catch (ProtocolViolation violation) {
      turn.act(new SwarmAction.CloseLink(link.id, String.valueOf(violation.getMessage())));
      linkDown(link.id);
    }
  }

  void remove(Digest digest) {
    TorrentState torrent = turn.torrents.remove(digest);
    if (torrent == null) {
      return;
    }
    TreeSet<Integer> awaited = new TreeSet<>();
    for (LinkTorrent lt : List.copyOf(torrent.links)) {
      turn.send(lt.link, new PeerMessage.Leave(torrent.number, false));
      awaited.add(lt.link.id);
      detach(lt);
    }
    if (awaited.isEmpty()) {
      numbers.clear(torrent.number);
    } else {
      leaving.put(torrent.number, awaited);
    }
  }

  void noSuchBlob(SwarmEvent.NoSuchBlob none) {
    List<PeerMessage.Join> joins = unknownJoins.getOrDefault(none.link(), new ArrayList<>());
    LinkState link = turn.links.get(none.link());
    for (PeerMessage.Join join : List.copyOf(joins)) {
      if (join.digest().equals(none.digest())) {
        joins.remove(join);
        if (link != null) {
          turn.send(link, new PeerMessage.Leave(join.torrent(), true));
        }
      }
    }
  }

  // Links.

  void linkUp(SwarmEvent.LinkUp up) {
    LinkState link = new LinkState(up.link(), up.peer(), turn.now);
    turn.add(link);
    turn.dialling.remove(up.peer().id());
    for (TorrentState torrent : turn.torrents.values()) {
      TorrentState.Known known = torrent.known.get(up.peer().id());
      if (known != null && torrent.mode == TorrentMode.LEECH && !torrent.complete()) {
        join(link, torrent);
      }
    }
  }

  void linkDown(int id) {
    LinkState link = turn.removeLink(id);
    if (link == null) {
      return;
    }
    unknownJoins.remove(id);
    uploads.linkGone(link);
    for (LinkTorrent lt : List.copyOf(link.torrents.values())) {
      detach(lt);
      peers.backOff(lt.torrent, link.peer.id());
      asking.fill(lt.torrent);
    }
    leaving.entrySet().removeIf(entry -> confirmed(entry.getKey(), entry.getValue(), id));
    uploads.serve();
  }

  private boolean confirmed(int number, Set<Integer> awaited, int link) {
    awaited.remove(link);
    if (awaited.isEmpty()) {
      numbers.clear(number);
      return true;
    }
    return false;
  }

  private void detach(LinkTorrent lt) {
    downloads.dropAll(lt);
    downloads.forgetCopies(lt);
    uploads.drop(lt);
    lt.torrent.unlink(lt);
    lt.torrent.importing.left(lt.link.peer.id());
    lt.link.torrents.remove(lt.torrent.digest);
    if (lt.joined()) {
      lt.link.byTheirNumber.remove(lt.theirNumber);
    }
  }

  // Join and Leave.

  LinkTorrent join(LinkState link, TorrentState torrent) {
    LinkTorrent lt = link.torrents.get(torrent.digest);
    if (lt == null) {
      lt = new LinkTorrent(link, torrent, turn.outside(link.peer));
      link.torrents.put(torrent.digest, lt);
      torrent.link(lt);
      turn.send(
          link,
          new PeerMessage.Join(
              torrent.number,
              torrent.digest,
              torrent.epoch,
              torrent.layout,
              torrent.states.count(),
              torrent.states.metaInfo() != null,
              torrent.have.copy()));
    }
    return lt;
  }

  void join(LinkState link, PeerMessage.Join join) {
    if (link.byTheirNumber.containsKey(join.torrent())) {
      throw new ProtocolViolation("torrent number " + join.torrent() + " is taken");
    }
    TorrentState torrent = turn.torrents.get(join.digest());
    if (torrent == null) {
      List<PeerMessage.Join> joins = unknownJoins.computeIfAbsent(link.id, k -> new ArrayList<>());
      if (joins.size() >= MAX_UNKNOWN_JOINS) {
        throw new ProtocolViolation("too many joins of unknown torrents");
      }
      joins.add(join);
      turn.act(new SwarmAction.LookUp(join.digest(), link.id));
      return;
    }
    if (!join.layout().equals(torrent.layout)) {
      throw new ProtocolViolation("another size or piece length for " + join.digest().shortHex());
    }
    LinkTorrent known = link.torrents.get(join.digest());
    if (known != null && known.joined()) {
      throw new ProtocolViolation("joined " + join.digest().shortHex() + " twice");
    }
    if (known == null && torrent.links.size() >= turn.config.link().mostPerTorrent()) {
      turn.send(link, new PeerMessage.Leave(join.torrent(), true));
      return;
    }
    LinkTorrent lt = join(link, torrent);
    lt.theirNumber = join.torrent();
    link.byTheirNumber.put(join.torrent(), lt);
    link.usedNanos = turn.now;
    peers.remember(torrent, link.peer);
    have(lt, join.have());
    gossip.introduce(lt, join);
    torrent.pexDue = true;
    asking.fill(torrent);
  }

  void leave(LinkState link, PeerMessage.Leave leave) {
    if (leave.echo()) {
      TreeSet<Integer> awaited = leaving.get(leave.torrent());
      if (awaited != null) {
        if (confirmed(leave.torrent(), awaited, link.id)) {
          leaving.remove(leave.torrent());
        }
        return;
      }
      for (LinkTorrent lt : List.copyOf(link.torrents.values())) {
        if (lt.torrent.number == leave.torrent()) {
          detach(lt);
          peers.backOff(lt.torrent, link.peer.id());
        }
      }
      return;
    }
    turn.send(link, new PeerMessage.Leave(leave.torrent(), true));
    LinkTorrent lt = link.byTheirNumber.get(leave.torrent());
    if (lt != null) {
      detach(lt);
      asking.fill(lt.torrent);
    }
  }

  // Pieces of others.

  void have(LinkState link, PeerMessage.Have have) {
    LinkTorrent lt = link.byTheirNumber.get(have.torrent());
    Bitfield waiting = lt == null ? waitingHave(link, have.torrent()) : lt.theirHave;
    if (waiting == null) {
      return;
    }
    for (int piece : have.pieces()) {
      if (piece < 0 || piece >= waiting.size()) {
        throw new ProtocolViolation("has piece " + piece + " that does not exist");
      }
      if (lt == null) {
        waiting.set(piece);
      } else {
        has(lt, piece);
      }
    }
    if (lt != null) {
      asking.fill(lt.torrent);
    }
  }

  void haveAll(LinkState link, PeerMessage.HaveAll all) {
    LinkTorrent lt = link.byTheirNumber.get(all.torrent());
    if (lt != null) {
      haveAll(lt);
      asking.fill(lt.torrent);
      return;
    }
    Bitfield waiting = waitingHave(link, all.torrent());
    if (waiting != null) {
      waiting.setAll();
    }
  }

  /** The pieces of a Join that waits for the shell to say whether the blob is here. */
  private @Nullable Bitfield waitingHave(LinkState link, int number) {
    for (PeerMessage.Join join : unknownJoins.getOrDefault(link.id, List.of())) {
      if (join.torrent() == number) {
        return join.have();
      }
    }
    return null;
  }

  private void have(LinkTorrent lt, Bitfield pieces) {
    for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
      has(lt, piece);
    }
  }

  private void haveAll(LinkTorrent lt) {
    if (lt.theirHave.isFull()) {
      lt.repeatsHave();
    }
    Bitfield theirs = lt.theirHave;
    for (int piece = theirs.nextClear(0); piece >= 0; piece = theirs.nextClear(piece + 1)) {
      if (lt.excluded) {
        return;
      }
      has(lt, piece);
    }
  }

  private void has(LinkTorrent lt, int piece) {
    if (lt.excluded) {
      return;
    }
    if (!lt.theirHave.set(piece)) {
      lt.repeatsHave();
    } else {
      lt.torrent.count(lt, piece, 1, turn.now);
    }
  }

  /** Closes links over which nothing has moved for long. */
  void closeIdle() {
    long limit = turn.config.link().idle().toNanos();
    for (LinkState link : List.copyOf(turn.links.values())) {
      if (turn.now - link.usedNanos > limit && link.open.isEmpty()) {
        turn.act(new SwarmAction.CloseLink(link.id, "unused"));
        linkDown(link.id);
      }
    }
  }
}
