package io.shoal.node.wire;

import io.shoal.core.peer.PeerInfo;
import io.shoal.swarm.message.PeerMessage;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The connection with one peer that has proven to know the cluster secret. There is at most one per
 * peer; all torrents share it. Every method may be called from any thread and never blocks.
 * Messages sent from one thread arrive in their order, and between the slices of payload; only a
 * {@link PeerMessage.Leave} that is not an echo waits for the payload queued before it.
 */
public interface Link {

  /** Who is at the other end: its address is where it accepts links itself. */
  PeerInfo peer();

  /** Whether this side made the connection. */
  boolean dialled();

  /**
   * Sends a message. After the link went down it is dropped silently: {@link LinkListener#linkDown}
   * tells.
   *
   * @throws IllegalArgumentException for {@link PeerMessage.Data}, see {@link #sendData}
   */
  void send(PeerMessage message);

  /**
   * Sends an extent from a file, after the ones queued before it. The file stays open.
   *
   * @param position where in the file the extent starts
   * @param done called exactly once, on any thread: with nothing once the kernel has taken all
   *     bytes, else with the reason. A failure while the link stays up means that nothing of the
   *     extent was sent, so that the request can still be answered with a Reject.
   */
  void sendData(
      PeerMessage.Data header, FileChannel file, long position, Consumer<Optional<Throwable>> done);

  /** Stops reading from the peer; what was read already is still delivered. */
  void pauseReading();

  /** Takes up reading again. */
  void resumeReading();

  /** Closes the connection; the reason goes to the local listener and the log, not to the peer. */
  void close(String reason);
}
