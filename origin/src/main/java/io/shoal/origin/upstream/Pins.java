package io.shoal.origin.upstream;

import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Keeps blobs from eviction as long as anybody here needs them. Thread-safe: whoever begins to need
 * a blob does it while holding this object's monitor, so that nobody else lets go of it meanwhile.
 */
public final class Pins {

  /** For ever, as far as a blob store is concerned. */
  private static final Duration FOR_GOOD = Duration.ofDays(365L * 100);

  /** Somebody who needs blobs. */
  @FunctionalInterface
  public interface Holder {
    /** Whether he needs this one. */
    boolean holds(Digest digest) throws IOException;
  }

  /** A blob that is needed until this is closed. */
  @FunctionalInterface
  public interface Hold extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private final BlobStore store;
  private final List<Holder> holders = new CopyOnWriteArrayList<>();

  /** How many holds there are of a blob; guarded by this. */
  private final Map<Digest, Integer> held = new HashMap<>();

  /** Pins in this store. */
  public Pins(BlobStore store) {
    this.store = store;
    holders.add(held::containsKey);
  }

  /** Asks this one, too, from now on. */
  public void join(Holder holder) {
    holders.add(holder);
  }

  /** Keeps a blob, in the store or about to be, until it is released. */
  public synchronized void pin(Digest digest) throws IOException {
    store.pin(digest, FOR_GOOD);
  }

  /** Lets a blob be evicted like any other if nobody needs it any more. */
  public synchronized void release(Digest digest) throws IOException {
    for (Holder holder : holders) {
      if (holder.holds(digest)) {
        return;
      }
    }
    store.unpin(digest);
  }

  /** Needs a blob, in the store or about to be, for a while. */
  public synchronized Hold hold(Digest digest) throws IOException {
    pin(digest);
    held.merge(digest, 1, Integer::sum);
    return () -> endHold(digest);
  }

  private synchronized void endHold(Digest digest) throws IOException {
    int left = held.getOrDefault(digest, 1) - 1;
    if (left > 0) {
      held.put(digest, left);
      return;
    }
    held.remove(digest);
    release(digest);
  }
}
