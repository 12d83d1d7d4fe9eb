package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import io.shoal.swarm.message.PeerMessage;
import io.shoal.swarm.message.Priority;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who waits for an upload slot in one torrent: those for whom a client waits before those who
 * pre-warm, in both classes those who share before those who do not, and then first come first
 * served.
 */
final class Line {

  /** What the waiting peer asked for last; with an ANY request the pieces it does not want. */
  record Place(boolean any, boolean urgent, Optional<Bitfield> unwanted, Priority priority) {
    static Place of(PeerMessage.Request request) {
      boolean any = request.piece() == PeerMessage.ANY;
      return new Place(any, request.urgent(), request.unwanted(), request.priority());
    }
  }

  /** Ranks in which places are served. */
  static final int RANKS = 4;

  /** The first rank of those who pre-warm. */
  static final int PREWARM_RANK = 2;

  private final Map<LinkTorrent, Place> places = new LinkedHashMap<>();

  /** Bytes served to this torrent, for the round robin over torrents. */
  long servedBytes;

  /** Takes a place or keeps the one it has; returns the place in line from 1. */
  int stand(LinkTorrent lt, Place place) {
    places.put(lt, place);
    int own = rank(lt, place);
    int number = 1;
    boolean earlier = true;
    for (Map.Entry<LinkTorrent, Place> other : places.entrySet()) {
      earlier &= other.getKey() != lt;
      int rank = rank(other.getKey(), other.getValue());
      number += rank < own || (rank == own && earlier) ? 1 : 0;
    }
    return number;
  }

  static int rank(LinkTorrent lt, Place place) {
    int sharing = lt.sharesNothing() ? 1 : 0;
    return place.priority() == Priority.PREWARM ? PREWARM_RANK + sharing : sharing;
  }

  /**
   * Whether no further place is left over all torrents. Those who are served last may have half of
   * the places, so that the others find one.
   *
   * @param behind whether the place is for one of those
   */
  static boolean full(Turn turn, boolean behind) {
    int most = behind ? turn.config.upload().lineLength() / 2 : turn.config.upload().lineLength();
    int waiting = 0;
    for (TorrentState torrent : turn.torrents.values()) {
      waiting += behind ? torrent.line.behind() : torrent.line.size();
    }
    return waiting >= most;
  }

  private int behind() {
    int count = 0;
    for (Map.Entry<LinkTorrent, Place> place : places.entrySet()) {
      count += rank(place.getKey(), place.getValue()) > 0 ? 1 : 0;
    }
    return count;
  }

  /** What the torrent in which somebody waits has been served that was served least. */
  static long leastServed(Turn turn) {
    long least = Long.MAX_VALUE;
    for (TorrentState torrent : turn.torrents.values()) {
      if (!torrent.line.isEmpty()) {
        least = Math.min(least, torrent.line.servedBytes);
      }
    }
    return least == Long.MAX_VALUE ? 0 : least;
  }

  boolean leave(LinkTorrent lt) {
    return places.remove(lt) != null;
  }

  boolean holds(LinkTorrent lt) {
    return places.containsKey(lt);
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  int size() {
    return places.size();
  }

  Map<LinkTorrent, Place> places() {
    return places;
  }
}
