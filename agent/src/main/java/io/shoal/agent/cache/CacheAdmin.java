package io.shoal.agent.cache;

import io.shoal.client.agent.CacheReclaimed;
import io.shoal.client.agent.CacheVerdict;
import io.shoal.client.agent.CacheView;
import io.shoal.core.content.Digest;
import io.shoal.node.store.BlobStore;
import io.shoal.node.store.Deletion;
import io.shoal.node.store.Reclaimed;
import io.shoal.node.store.StoreCare;
import io.shoal.node.store.StoreEntry;
import io.shoal.node.store.StoreUsage;
import io.shoal.node.store.Verdict;
import io.shoal.node.swarm.SwarmNode;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** Looks after the cache of a running agent. Thread-safe; blocks. */
public final class CacheAdmin {

  private final BlobStore store;
  private final StoreCare care;
  private final SwarmNode node;

  /** One at a time, so that pulls get most of the disk. */
  private final ReentrantLock verifying = new ReentrantLock(true);

  /** Looks after this store. */
  public CacheAdmin(BlobStore store, SwarmNode node) {
    this.store = store;
    this.care = store.care();
    this.node = node;
  }

  CacheView list() {
    StoreUsage usage = store.usage();
    return new CacheView(
        usage.blobs(),
        usage.blobBytes(),
        usage.partials(),
        usage.partialBytes(),
        usage.limitBytes(),
        care.entries().stream().map(CacheAdmin::entry).toList());
  }

  private static CacheView.Entry entry(StoreEntry e) {
    return new CacheView.Entry(
        e.digest(),
        e.bytes(),
        e.writtenBytes(),
        e.mediaType(),
        e.partial(),
        e.inUse(),
        e.lastUsed().toEpochMilli(),
        e.pinnedUntil().map(Instant::toEpochMilli));
  }

  /** A bad blob is dropped from the store, and whoever reads or sends it has to stop. */
  CacheVerdict verify(Digest digest) throws IOException {
    verifying.lock();
    try {
      Verdict verdict = care.verify(digest);
      if (verdict == Verdict.DROPPED) {
        node.drop(digest, "its bytes on disk have gone bad");
      }
      return switch (verdict) {
        case GOOD -> CacheVerdict.GOOD;
        case DROPPED -> CacheVerdict.DROPPED;
        case ABSENT -> CacheVerdict.ABSENT;
      };
    } finally {
      verifying.unlock();
    }
  }

  Deletion delete(Digest digest) {
    return care.delete(digest);
  }

  CacheReclaimed gc() throws IOException {
    Reclaimed reclaimed = care.reclaim();
    return new CacheReclaimed(reclaimed.blobs(), reclaimed.partials(), reclaimed.bytes());
  }
}
