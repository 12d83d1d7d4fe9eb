package io.shoal.swarm.injection;

/** Decides which piece an origin sends to a requester that leaves the choice to it. Stateless. */
public interface InjectionPolicy {

  /** What a policy may look at. Indexes are piece indexes. */
  interface View {
    /** Number of pieces of the torrent. */
    int pieceCount();

    /** Whether the origin may send the piece to this requester now. */
    boolean sendable(int piece);

    /** Copies known to exist among the origin's linked peers. */
    int copies(int piece);

    /** Whether the piece belongs to this origin's own stripe. */
    boolean ownStripe(int piece);
  }

  /** The piece to send, or -1 if there is none. */
  int choose(View view);
}
