package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.integrity.SignedFinal;
import io.shoal.core.integrity.SignedStates;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.List;
import java.util.Optional;

/**
 * What happened outside the engine. Links are numbered by the shell; a number is never used again.
 */
public sealed interface SwarmEvent {

  /**
   * A torrent begins on this node.
   *
   * @param mode what this node does in it
   * @param epoch the origin's generation of the blob, 0 if unknown
   * @param have pieces on disk that match their states
   * @param states batches of states already known and verified
   * @param metaInfo the signed metainfo, if already known and verified
   * @param priority what it is fetched for; a torrent that is known can only be raised by it
   */
  record AddTorrent(
      Digest digest,
      PieceLayout layout,
      TorrentMode mode,
      long epoch,
      Bitfield have,
      List<SignedStates> states,
      Optional<SignedFinal> metaInfo,
      Priority priority)
      implements SwarmEvent {
    public AddTorrent {
      states = List.copyOf(states);
    }
  }

  /** A client waits for a torrent that was fetched for nobody until now. */
  record Raise(Digest digest) implements SwarmEvent {}

  /** The torrent ends on this node: deleted, evicted or given up. */
  record RemoveTorrent(Digest digest) implements SwarmEvent {}

  /** The shell has no such blob: the answer to {@link SwarmAction.LookUp}. */
  record NoSuchBlob(Digest digest, int link) implements SwarmEvent {}

  /** Peers of a torrent, from the tracker, an origin or a configuration. */
  record PeersFound(Digest digest, List<PeerInfo> peers) implements SwarmEvent {
    public PeersFound {
      peers = List.copyOf(peers);
    }
  }

  /** A link is open and its peer has proven that it may speak. */
  record LinkUp(int link, PeerInfo peer) implements SwarmEvent {}

  /** A link is gone. */
  record LinkDown(int link) implements SwarmEvent {}

  /** A dial did not lead to a link. */
  record DialFailed(PeerId peer) implements SwarmEvent {}

  /** A message arrived. States and Final have been verified by the shell before. */
  record Received(int link, PeerMessage message) implements SwarmEvent {}

  /** The whole payload of a {@link PeerMessage.Data} arrived, {@code requestId} of ours. */
  record ExtentArrived(int link, int requestId) implements SwarmEvent {}

  /** An extent left this node, or could not be sent. */
  record ExtentSent(int link, int sendId, boolean ok) implements SwarmEvent {}

  /** A piece matched its states and is on disk, wherever it came from. */
  record PieceAttested(Digest digest, int piece) implements SwarmEvent {}

  /** A piece from this link did not match, or could not be written. */
  record PieceFailed(Digest digest, int piece, int link, boolean senderAtFault)
      implements SwarmEvent {}

  /** A signed batch or metainfo made on this node (origin only). */
  record StatesSigned(Digest digest, SignedStates states) implements SwarmEvent {}

  /** The metainfo of a verified blob, made on this node (origin only). */
  record FinalSigned(Digest digest, SignedFinal metaInfo) implements SwarmEvent {}

  /** The origin gave the blob up. */
  record Aborted(Digest digest, String reason) implements SwarmEvent {}

  /**
   * A reader needs these pieces, the first of them next.
   *
   * @param from first piece
   * @param to exclusive end
   */
  record Wanted(Digest digest, int from, int to) implements SwarmEvent {}

  /** No reader is left: ask for nothing more; what is under way may arrive. */
  record Unwanted(Digest digest) implements SwarmEvent {}

  /** Another source (HTTP) takes up to {@code max} missing pieces off the swarm's hands. */
  record Reserve(Digest digest, long ticket, int max) implements SwarmEvent {}

  /** A reserved piece is given back. */
  record Unreserve(Digest digest, int piece) implements SwarmEvent {}

  /**
   * This origin's place among the origins of the membership epoch: each prefers to send the pieces
   * whose index modulo {@code count} is its own. Until told otherwise an origin is the only one.
   *
   * @param index from 0
   */
  record OriginsChanged(int index, int count) implements SwarmEvent {
    public OriginsChanged {
      if (index < 0 || index >= count) {
        throw new IllegalArgumentException("origin " + index + " of " + count);
      }
    }
  }

  /** Time has passed. */
  record Tick() implements SwarmEvent {}
}
