package io.shoal.service;

import io.shoal.client.tracker.TrackerListener;
import io.shoal.client.tracker.TrackerMessage;
import java.net.URI;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what a tracker says, and tells the log how the stream to it is: why it is down, each
 * reason once in a row however often it is tried again, and when it is up. For the thread of one
 * stream.
 */
public final class LoggedTracker implements TrackerListener {

  private static final Logger log = LoggerFactory.getLogger(LoggedTracker.class);

  private final URI tracker;
  private final Consumer<TrackerMessage> messages;
  private String lastReason = "";

  /** Passes messages of this tracker on. */
  public LoggedTracker(URI tracker, Consumer<TrackerMessage> messages) {
    this.tracker = tracker;
    this.messages = messages;
  }

  @Override
  public void message(TrackerMessage message) {
    messages.accept(message);
  }

  @Override
  public void connected(boolean up) {
    if (up) {
      log.info("Tracker {} knows this node", tracker);
      lastReason = "";
    }
  }

  @Override
  public void lost(String reason) {
    if (!reason.equals(lastReason)) {
      log.warn("Tracker {} is not connected, and tried again: {}", tracker, reason);
      lastReason = reason;
    }
  }
}
