package io.shoal.swarm.engine;

import io.shoal.swarm.message.Priority;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The upload slots of this process: those in use, and those offered and not yet taken up. */
final class Slots {

  /** A slot offered by READY, at an origin perhaps for a certain piece (else -1). */
  record Hold(long untilNanos, int promisedPiece, Priority priority) {}

  private final Turn turn;
  private final Precedence precedence;
  private final List<Grant> grants = new ArrayList<>();
  private final Map<LinkTorrent, Hold> holds = new LinkedHashMap<>();

  Slots(Turn turn) {
    this.turn = turn;
    this.precedence = new Precedence(turn);
  }

  /** Whether any slot is in use or offered. */
  boolean used() {
    return !grants.isEmpty() || !holds.isEmpty();
  }

  Collection<Grant> grants() {
    return Collections.unmodifiableList(grants);
  }

  void open(Grant grant) {
    grants.add(grant);
    precedence.opens(grant.priority, grant.to.torrent.layout.pieceLength(grant.piece));
  }

  /** Bytes of the grant left. */
  void sent(Grant grant) {
    precedence.sent(grant);
  }

  /** False if it was closed before. */
  boolean close(Grant grant) {
    return grants.remove(grant);
  }

  @Nullable Grant find(LinkTorrent lt, int piece) {
    for (Grant grant : grants) {
      if (grant.to == lt && grant.piece == piece) {
        return grant;
      }
    }
    return null;
  }

  /** Whether a piece of this torrent is going out. */
  boolean sends(TorrentState torrent) {
    for (Grant grant : grants) {
      if (grant.to.torrent == torrent) {
        return true;
      }
    }
    return false;
  }

  /** Slots that could be given away; slow receivers do not count, within limits. */
  int free() {
    int slow = 0;
    for (Grant grant : grants) {
      slow += grant.slow ? 1 : 0;
    }
    int slots = turn.config.upload().slots() + Math.min(slow, turn.config.upload().extraSlots());
    return slots - grants.size() - holds.size();
  }

  /** Whether a request of this priority may have one at once. */
  boolean freeFor(Priority priority) {
    return free() > 0 && (priority == Priority.ON_DEMAND || turns() != Precedence.Turns.CLIENTS);
  }

  /** Whose turn it is. */
  Precedence.Turns turns() {
    return precedence.turns(grants, holds.values(), free());
  }

  void hold(LinkTorrent lt, Hold hold) {
    holds.put(lt, hold);
  }

  /** The offer is taken up or lapses; false if there was none. */
  boolean takeHold(LinkTorrent lt) {
    Hold hold = holds.remove(lt);
    if (hold != null) {
      lt.torrent.injection.promise(hold.promisedPiece(), -1);
    }
    return hold != null;
  }

  /** Offers that nobody took up in time lapse. */
  void expireHolds() {
    List<LinkTorrent> expired = new ArrayList<>();
    holds.forEach((lt, hold) -> {
      if (hold.untilNanos() <= turn.now) {
        expired.add(lt);
      }
    });
    expired.forEach(this::takeHold);
  }
}
