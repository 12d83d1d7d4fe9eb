package io.shoal.client.tracker;

/**
 * Hears what the tracker says. Called one at a time on a thread of the stream: must not block for
 * long.
 */
public interface TrackerListener {

  /** The tracker said something. */
  void message(TrackerMessage message);

  /** The stream is up (the tracker has welcomed this peer), or down; it reconnects by itself. */
  default void connected(boolean up) {}

  /** The stream broke or could not be opened; it is tried again. For logs. */
  default void lost(String reason) {}
}
