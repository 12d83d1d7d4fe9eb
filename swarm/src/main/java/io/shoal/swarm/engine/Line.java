package io.shoal.swarm.engine;

import io.shoal.core.content.Bitfield;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Who waits for an upload slot in one torrent, first come first served. */
final class Line {

  /** What the waiting peer asked for last; with an ANY request the pieces it does not want. */
  record Place(boolean any, boolean urgent, Optional<Bitfield> unwanted) {}

  private final Map<LinkTorrent, Place> places = new LinkedHashMap<>();

  /** Bytes served to this torrent, for the round robin over torrents. */
  long servedBytes;

  /** Takes a place or keeps the one it has; returns the place in line from 1. */
  int stand(LinkTorrent lt, Place place) {
    places.put(lt, place);
    int number = 0;
    for (LinkTorrent waiting : places.keySet()) {
      number++;
      if (waiting == lt) {
        break;
      }
    }
    return number;
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
