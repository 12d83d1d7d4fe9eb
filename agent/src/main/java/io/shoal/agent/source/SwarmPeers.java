package io.shoal.agent.source;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerInfo;
import java.util.List;
import java.util.OptionalLong;

/** What the agent asks of and tells the tracker about blobs. Never blocks. */
public interface SwarmPeers {

  /** A client wants this blob, which is not here: announce it and ask for peers. */
  void wanted(Digest digest);

  /** It could not be had. */
  void unwanted(Digest digest);

  /** A small blob is here now. */
  void stored(Digest digest, long blobBytes);

  /** Peers the tracker has named for this blob until now. */
  List<PeerInfo> known(Digest digest);

  /** The blob's length, if the tracker has named it. */
  OptionalLong blobBytes(Digest digest);

  /** Whether it is this agent's turn, before all others, to read the blob from upstream. */
  boolean firstDeputy(Digest digest);
}
