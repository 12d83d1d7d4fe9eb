package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.swarm.message.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/** One torrent as the engine sees it. Everything is ordered, so that a seed replays. */
final class TorrentState {

  /** A peer that may be dialled. */
  static final class Known {
    final PeerInfo info;
    long notBeforeNanos = Long.MIN_VALUE;

    Known(PeerInfo info) {
      this.info = info;
    }
  }

  final Digest digest;
  final PieceLayout layout;
  final int number;
  TorrentMode mode;
  Priority priority;
  long epoch;
  final Bitfield have;
  final Bitfield wanted;

  /** Pieces under way, being checked or reserved by another source. */
  final Bitfield busy;

  final Bitfield reserved;

  /** Pieces that arrived in full and are being checked. */
  final Bitfield checking;

  final int[] copies;

  /** How many of the copies are with slow peers. */
  final int[] slowCopies;

  /** Pieces that a linked peer has which is not slow. */
  final Bitfield nearby;

  /** Who fetches what from other racks. */
  final Importing importing;

  final StatesBook states;
  private final List<LinkTorrent> linked = new ArrayList<>();
  private final List<LinkTorrent> linkedOrigins = new ArrayList<>();

  /** Whom the torrent is shared with, in the order in which they came; origins and peers. */
  final List<LinkTorrent> links = Collections.unmodifiableList(linked);

  /** Those of them that are origins: few, while there may be hundreds of peers. */
  final List<LinkTorrent> origins = Collections.unmodifiableList(linkedOrigins);

  final TreeMap<Integer, List<PieceDownload>> downloads = new TreeMap<>();

  /** Downloads that are no replacement of another. */
  private int firsts;

  final LinkedHashMap<PeerId, Known> known = new LinkedHashMap<>();
  final Line line = new Line();
  final Injection injection;

  /** Pieces not yet told to peers. */
  final List<Integer> news = new ArrayList<>();

  long newsSinceNanos;
  int cursor;

  /** The missing piece at the reader, and since when it has been that one. */
  int cursorPiece = -1;

  long cursorSinceNanos;

  /** When a piece came in last. */
  long progressNanos;

  /** Doubles with every piece given up, until one arrives. */
  int patience = 1;

  boolean pexDue;
  long pexNanos = Long.MIN_VALUE / 2;
  long askedForPeersNanos = Long.MIN_VALUE / 2;

  /** Smoothed time between two pieces that come (at an origin: go), for times counted in pieces. */
  double pieceNanos;

  /** Smoothed time from asking for a piece to having all of it. */
  double transferNanos;

  /** While a client waits for another torrent, a pre-warmed one asks for nothing before this. */
  long restUntilNanos = Long.MIN_VALUE;

  TorrentState(SwarmEvent.AddTorrent add, int number, long nowNanos, PeerId self) {
    this.digest = add.digest();
    this.layout = add.layout();
    this.number = number;
    this.mode = add.mode();
    this.priority = add.priority();
    this.epoch = add.epoch();
    int pieces = layout.pieceCount();
    this.have = add.have().copy();
    this.wanted = new Bitfield(pieces);
    this.busy = new Bitfield(pieces);
    this.reserved = new Bitfield(pieces);
    this.checking = new Bitfield(pieces);
    this.copies = new int[pieces];
    this.slowCopies = new int[pieces];
    this.nearby = new Bitfield(pieces);
    this.importing = new Importing(this, self);
    this.states = new StatesBook(pieces);
    this.injection = new Injection(this);
    this.progressNanos = nowNanos;
    add.metaInfo().ifPresent(states::complete);
    add.states().forEach(states::add);
  }

  void link(LinkTorrent lt) {
    linked.add(lt);
    if (lt.link.isOrigin()) {
      linkedOrigins.add(lt);
    }
  }

  void unlink(LinkTorrent lt) {
    linked.remove(lt);
    linkedOrigins.remove(lt);
  }

  /** Whether no peer has the piece but slow ones. */
  boolean onlySlow(int piece) {
    return copies[piece] == slowCopies[piece];
  }

  /** A piece of a peer comes or goes. */
  void count(LinkTorrent lt, int piece, int change, long nowNanos) {
    if (!lt.link.isOrigin()) {
      copies[piece] += change;
      slowCopies[piece] += lt.slow ? change : 0;
      settleNearby(piece);
      if (!lt.slow) {
        importing.count(lt, piece, change, nowNanos);
      }
    }
  }

  private void settleNearby(int piece) {
    if (copies[piece] > slowCopies[piece]) {
      nearby.set(piece);
    } else {
      nearby.clear(piece);
    }
  }

  /** Marks a peer as slow or no longer slow. */
  void judge(LinkTorrent lt, boolean slow, long nowNanos) {
    lt.slowSinceNanos = nowNanos;
    if (lt.slow != slow && !lt.link.isOrigin()) {
      lt.slow = slow;
      Bitfield theirs = lt.theirHave;
      for (int p = theirs.nextSet(0); p >= 0; p = theirs.nextSet(p + 1)) {
        slowCopies[p] += slow ? 1 : -1;
        importing.count(lt, p, slow ? -1 : 1, nowNanos);
        settleNearby(p);
      }
    }
  }

  boolean complete() {
    return have.isFull();
  }

  /** Whether a wanted piece is missing. */
  boolean hungry() {
    return mode == TorrentMode.LEECH && have.lacksAnyOf(wanted);
  }

  /** Whether a client waits for pieces of it that are on their way. */
  boolean rushes() {
    return priority == Priority.ON_DEMAND && firsts > 0 && hungry();
  }

  boolean needed(int piece) {
    return wanted.get(piece) && !have.get(piece) && !busy.get(piece) && states.checkable(piece);
  }

  /** Pieces under way; those fully arrived and being checked do not count. */
  int outstanding() {
    int count = firsts;
    // Only an origin is asked for any piece; a piece asked of a peer is a download at once.
    for (LinkTorrent lt : origins) {
      OpenRequest pending = lt.pending;
      count += pending != null && pending.any ? 1 : 0;
    }
    return count;
  }

  void add(PieceDownload download) {
    downloads.computeIfAbsent(download.piece, p -> new ArrayList<>(1)).add(download);
    download.from.downloads++;
    firsts += download.replacement ? 0 : 1;
    busy.set(download.piece);
  }

  /** Takes a download off the list; the piece may be asked for again if nothing else brings it. */
  void remove(PieceDownload download) {
    List<PieceDownload> list = downloads.get(download.piece);
    if (list != null && list.remove(download)) {
      download.from.downloads--;
      firsts -= download.replacement ? 0 : 1;
      if (list.isEmpty()) {
        downloads.remove(download.piece);
      }
      settle(download.piece);
    }
  }

  /** Works out anew whether a piece is under way. */
  void settle(int piece) {
    if (downloads.containsKey(piece) || reserved.get(piece) || checking.get(piece)) {
      busy.set(piece);
    } else {
      busy.clear(piece);
    }
  }

  /** Notes how long a piece took, side by side with others. */
  void pieceTook(long nanos, int atOnce) {
    double each = nanos / (double) Math.max(1, atOnce);
    pieceNanos = pieceNanos == 0 ? each : pieceNanos * 0.8 + each * 0.2;
    transferNanos = transferNanos == 0 ? nanos : transferNanos * 0.8 + nanos * 0.2;
  }

  /** The first missing wanted piece at or after the reader's position, else from the start. */
  int nextMissing() {
    for (int step = 0; step < layout.pieceCount(); step++) {
      int piece = (cursor + step) % layout.pieceCount();
      if (wanted.get(piece) && !have.get(piece)) {
        return piece;
      }
    }
    return -1;
  }
}
