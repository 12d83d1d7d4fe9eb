package io.shoal.tracker.fleet;

import io.shoal.client.tracker.TrackerMessage;
import io.shoal.core.peer.PeerId;
import java.util.List;

/** A message and whom it is for. */
public record Outgoing(List<PeerId> to, TrackerMessage message) {
  public Outgoing {
    to = List.copyOf(to);
  }

  static Outgoing to(PeerId one, TrackerMessage message) {
    return new Outgoing(List.of(one), message);
  }
}
