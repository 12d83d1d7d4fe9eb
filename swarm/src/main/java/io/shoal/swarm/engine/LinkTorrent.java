package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.peer.PeerId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One torrent as shared with one linked peer. */
final class LinkTorrent {

  /** How often a peer may do what makes no sense before its link is closed. */
  private static final int REPEATS = 64;

  /** Pieces sent to a peer before it is judged by what it shares. */
  private static final int TRIED = 8;

  final LinkState link;
  final TorrentState torrent;

  /** The peer's number of the torrent; -1 until its Join arrived. */
  int theirNumber = -1;

  /** It stands in another rack than we do. */
  final boolean outside;

  final Bitfield theirHave;

  // Downloading from the peer.
  /** The first request of a piece, not yet answered. */
  @Nullable OpenRequest pending;

  /** The peer keeps a place in line for us. */
  boolean placeHeld;

  long placeSinceNanos;

  /** Pieces under way from this peer. */
  int downloads;

  /** At an origin: a piece to be asked for by its index when the link is free; -1 if none. */
  int special = -1;

  boolean specialUrgent;

  /** At an origin: what was asked of it last was asked because no peer had anything for us. */
  boolean inNeed;

  /** At an origin: it has sent everything to somebody, so peers are asked first until then. */
  long nothingNewUntilNanos = Long.MIN_VALUE;

  long notBeforeNanos = Long.MIN_VALUE;

  /** It sent a piece that did not match: nothing is asked of it again. */
  boolean excluded;

  // Uploading to the peer.
  /** Pieces sent to it by us in this torrent (origin only). */
  final Bitfield sent;

  int queuedExtents;

  /** Pieces that went out to it in full. */
  int sentPieces;

  // What an honest peer does seldom.
  private int repeatedHaves;
  private int missing;
  private int asksInLine;

  // What it knows because it was told, or told us.
  /** Bit i: the state after piece i. */
  final Bitfield statesKnown;

  boolean finalKnown;

  /** Peers it was told of by peer exchange. */
  final Set<PeerId> introduced = new HashSet<>();

  LinkTorrent(LinkState link, TorrentState torrent, boolean outside) {
    this.outside = outside;
    this.link = link;
    this.torrent = torrent;
    int pieces = torrent.layout.pieceCount();
    this.theirHave = new Bitfield(pieces);
    this.sent = new Bitfield(pieces);
    this.statesKnown = new Bitfield(pieces);
  }

  /** Its bytes come far slower than others': its pieces count as if it did not have them. */
  boolean slow;

  long slowSinceNanos;

  /** It tells of a piece again; what a Join and a Have both tell is told twice at most. */
  void repeatsHave() {
    if (++repeatedHaves > 2 * theirHave.size() + REPEATS) {
      throw new ProtocolViolation("tells of the same pieces again and again");
    }
  }

  /** It does not have a piece that it told of. */
  void lacksWhatItTold() {
    if (++missing > REPEATS) {
      throw new ProtocolViolation("tells of pieces that it does not have");
    }
  }

  /** It asks for a slot; {@code inLine} says whether it stands in line already. */
  void asks(boolean inLine) {
    asksInLine = inLine ? asksInLine + 1 : 0;
    if (asksInLine > REPEATS) {
      throw new ProtocolViolation("asks again and again instead of waiting");
    }
  }

  /** It takes pieces and tells of less than half of them: nobody can have them from it. */
  boolean sharesNothing() {
    return sentPieces >= TRIED && 2 * theirHave.cardinality() < sentPieces;
  }

  /** Whether it knows the state after a piece: it was told, or has what cannot be had without. */
  boolean knowsState(int piece) {
    return statesKnown.get(piece)
        || theirHave.get(piece)
        || (piece + 1 < theirHave.size() && theirHave.get(piece + 1));
  }

  boolean joined() {
    return theirNumber >= 0;
  }

  /** Whether a new piece may be asked of it now. */
  boolean askable(long nowNanos) {
    return !placeHeld && free(nowNanos);
  }

  /** Whether an origin may be asked because nobody else has anything; its place is kept. */
  boolean askableInNeed(long nowNanos) {
    return (!placeHeld || !inNeed) && free(nowNanos);
  }

  private boolean free(long nowNanos) {
    return joined()
        && !excluded
        && pending == null
        && nowNanos >= notBeforeNanos
        && downloads < (slow ? 1 : 2);
  }
}
