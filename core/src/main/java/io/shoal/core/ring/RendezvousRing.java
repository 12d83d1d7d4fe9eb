package io.shoal.core.ring;

import io.shoal.core.content.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Highest-random-weight hashing (Thaler and Ravishankar, 1998): every member can compute, without
 * talking to anybody, which members are responsible for a key and in which order. Removing a member
 * moves only its own keys. Immutable, thread-safe.
 *
 * @param <T> what a member is; its {@code toString} must be stable and unique
 */
public final class RendezvousRing<T> {

  private final List<T> members;

  /** A ring of these members; their order does not matter. */
  public RendezvousRing(Collection<? extends T> members) {
    this.members = List.copyOf(members);
  }

  /** The first {@code count} members for this digest, the most responsible first. */
  public List<T> owners(Digest digest, int count) {
    return owners(digest.toString(), count);
  }

  /** The first {@code count} members for this key, the most responsible first. */
  public List<T> owners(String key, int count) {
    record Weighted<M>(M member, String name, long weight) {}
    List<Weighted<T>> weighted = new ArrayList<>(members.size());
    for (T member : members) {
      String name = String.valueOf(member);
      weighted.add(new Weighted<>(member, name, weight(name, key)));
    }
    weighted.sort(
        Comparator.<Weighted<T>>comparingLong(w -> w.weight() ^ Long.MIN_VALUE)
            .reversed()
            .thenComparing(Weighted::name));
    return weighted.stream().limit(count).map(Weighted::member).toList();
  }

  private static long weight(String member, String key) {
    long h = 0xcbf29ce484222325L;
    for (byte b : (member + '\0' + key).getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    // FNV alone leaves the upper bits poorly mixed; finish as SplittableRandom does.
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    h = (h ^ (h >>> 27)) * 0x94d049bb133111ebL;
    return h ^ (h >>> 31);
  }
}
