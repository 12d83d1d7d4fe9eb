package io.shoal.swarm.message;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.peer.PeerInfo;
import java.util.List;
import java.util.Optional;

/**
 * What two peers say to each other over their link once both have proven that they know the cluster
 * secret. A message never holds payload: {@link Data} announces it, the transport moves it.
 *
 * <p>{@code torrent} is always the number that the <em>sender</em> of the message gave the torrent
 * in its own {@link Join} (only an echoing {@link Leave} names the receiver's number); each side
 * numbers for itself, from 0 to 65535. A number is free again when every other side has echoed the
 * Leave or its link is gone.
 */
public sealed interface PeerMessage {

  /** A {@link Request#piece} that leaves the choice to the origin. */
  int ANY = -1;

  /** The sender's number of the torrent this message is about; -1 where it is about none. */
  int torrent();

  /**
   * The sender takes part in a torrent; the other side answers with a Join of its own if it does
   * too, else with {@link Leave}. Must be the first message about a torrent.
   *
   * @param torrent number the sender gives this torrent
   * @param digest the blob
   * @param epoch the sender's generation of the blob, 0 if it knows none
   * @param layout length and piece length
   * @param statesKnown how many states the sender holds that an origin signed
   * @param finalKnown whether it holds the signed metainfo of the whole blob
   * @param have pieces the sender can serve
   */
  record Join(
      int torrent,
      Digest digest,
      long epoch,
      PieceLayout layout,
      int statesKnown,
      boolean finalKnown,
      Bitfield have)
      implements PeerMessage {

    public Join {
      if (have.size() != layout.pieceCount()) {
        throw new IllegalArgumentException("bitfield of the wrong size");
      }
    }
  }

  /**
   * With {@code echo} false: the sender takes part in its torrent {@code torrent} no longer. With
   * {@code echo} true the number is the <em>receiver's</em>: the sender confirms the receiver's
   * Leave, or answers its Join with a refusal.
   */
  record Leave(int torrent, boolean echo) implements PeerMessage {}

  /** Pieces the sender can serve from now on, ascending. */
  record Have(int torrent, List<Integer> pieces) implements PeerMessage {
    public Have {
      pieces = List.copyOf(pieces);
    }
  }

  /** The sender can serve every piece from now on. */
  record HaveAll(int torrent) implements PeerMessage {}

  /**
   * Asks for one extent; answered exactly once by {@link Data}, {@link Busy} or {@link Reject}.
   *
   * @param requestId chosen by the requester, unique among its open requests on this link
   * @param piece index, or {@link #ANY} towards an origin
   * @param offset start within the piece, a multiple of the extent length; 0 with ANY
   * @param length exact length of the extent; 0 with ANY (the first extent is meant)
   * @param urgent the piece is due at the requester's cursor; with ANY: none of its peers has
   *     anything for it, so that it may be sent what others have got before
   * @param unwanted with ANY: pieces not to be sent, because the requester has them, awaits them or
   *     can get them from a linked peer; empty otherwise
   * @param priority what the requester fetches the torrent for: uploaders serve those first for
   *     whom a client waits
   */
  record Request(
      int torrent,
      int requestId,
      int piece,
      int offset,
      int length,
      boolean urgent,
      Optional<Bitfield> unwanted,
      Priority priority)
      implements PeerMessage {

    /** A request on behalf of a client that waits. */
    public Request(
        int torrent,
        int requestId,
        int piece,
        int offset,
        int length,
        boolean urgent,
        Optional<Bitfield> unwanted) {
      this(torrent, requestId, piece, offset, length, urgent, unwanted, Priority.ON_DEMAND);
    }
  }

  /**
   * The answer to a request, followed by exactly {@code length} bytes of payload; other messages
   * may come between them.
   *
   * @param piece the piece sent; with an ANY request the origin's choice
   */
  record Data(int torrent, int requestId, int piece, int offset, int length)
      implements PeerMessage {}

  /**
   * No slot is free; the requester stands in line.
   *
   * @param place its place, from 1
   */
  record Busy(int torrent, int requestId, int place) implements PeerMessage {}

  /** A slot is free for the receiver of this message: it answers with Request or Cancel. */
  record Ready(int torrent) implements PeerMessage {}

  /** The request is refused, and no place in line is kept. */
  record Reject(int torrent, int requestId, RejectReason reason) implements PeerMessage {}

  /**
   * Takes back a request, which is answered all the same, or with {@link #PLACE} gives up the place
   * in line or the slot offered by Ready.
   */
  record Cancel(int torrent, int requestId) implements PeerMessage {
    /** Instead of a request id: the place in line. */
    public static final int PLACE = -1;
  }

  /** States an origin signed; passed on by whoever verified them. */
  record States(int torrent, SignedStates states) implements PeerMessage {}

  /** The signed metainfo of a verified blob; passed on by whoever verified it. */
  record Final(int torrent, SignedFinal metaInfo) implements PeerMessage {}

  /** The origin gave the blob up: what was received under this epoch is dropped. */
  record Abort(int torrent, long epoch, String reason) implements PeerMessage {}

  /** Peers of the torrent that the sender is linked to, or no longer linked to. */
  record Pex(int torrent, List<PeerInfo> added, List<PeerInfo> dropped) implements PeerMessage {
    public Pex {
      added = List.copyOf(added);
      dropped = List.copyOf(dropped);
    }
  }

  /** Are you there? */
  record Ping(long nonce) implements PeerMessage {
    @Override
    public int torrent() {
      return -1;
    }
  }

  /** Yes. */
  record Pong(long nonce) implements PeerMessage {
    @Override
    public int torrent() {
      return -1;
    }
  }
}
