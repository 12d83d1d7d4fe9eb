package io.shoal.node.store;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the store holds, in memory. Every method is atomic; whoever needs several of them to be one
 * step synchronizes on the inventory.
 */
final class Inventory {

  /** A verified blob. Mutable fields are guarded by the inventory. */
  private static final class Blob {
    final long bytes;
    Optional<String> mediaType;
    long lastUsedMillis;
    boolean touched;
    int leases;

    Blob(RecordCodec.BlobRecord record) {
      this.bytes = record.bytes();
      this.mediaType = record.mediaType();
      this.lastUsedMillis = record.lastUsedMillis();
    }

    RecordCodec.BlobRecord toRecord() {
      return new RecordCodec.BlobRecord(bytes, lastUsedMillis, mediaType);
    }
  }

  /** A partial blob. */
  static final class Partial {
    final PieceLayout layout;

    /** Bytes written, about: what of the file really takes space. */
    final AtomicLong writtenBytes = new AtomicLong();

    private long lastUsedMillis;
    private Bitfield trusted;
    private boolean unproven;
    private @Nullable PartialBlob open;
    private boolean claimed;

    Partial(PieceLayout layout, long nowMillis) {
      this.layout = layout;
      this.lastUsedMillis = nowMillis;
      this.trusted = new Bitfield(layout.pieceCount());
    }

    private long promisedBytes() {
      return Math.max(0, layout.blobBytes() - writtenBytes.get());
    }
  }

  /**
   * Something that may be deleted to make room.
   *
   * @param bytes what it counts for, a partial blob its full length
   * @param writtenBytes what it takes on the disk, about
   */
  record Idle(Digest digest, long bytes, long writtenBytes, long lastUsedMillis, boolean partial) {}

  private final Map<Digest, Blob> blobs = new HashMap<>();
  private final Map<Digest, Partial> partials = new HashMap<>();
  private final Map<Digest, Long> pinnedUntilMillis = new HashMap<>();
  private long blobBytes;
  private long pendingBytes;

  // Verified blobs

  synchronized void addBlob(Digest digest, RecordCodec.BlobRecord record) {
    if (blobs.putIfAbsent(digest, new Blob(record)) == null) {
      blobBytes += record.bytes();
    }
  }

  /** Counts a lease and a use; what is known about the blob, or empty if it is not here. */
  synchronized Optional<RecordCodec.BlobRecord> lease(Digest digest, long nowMillis) {
    Blob blob = blobs.get(digest);
    if (blob == null) {
      return Optional.empty();
    }
    blob.leases++;
    blob.lastUsedMillis = Math.max(nowMillis, blob.lastUsedMillis);
    blob.touched = true;
    return Optional.of(blob.toRecord());
  }

  synchronized void endLease(Digest digest) {
    Blob blob = blobs.get(digest);
    if (blob != null && blob.leases > 0) {
      blob.leases--;
    }
  }

  synchronized boolean hasBlob(Digest digest) {
    return blobs.containsKey(digest);
  }

  /** Says what kind of manifest a blob is; written with its next use. */
  synchronized void setMediaType(Digest digest, String mediaType) {
    Blob blob = blobs.get(digest);
    if (blob != null) {
      blob.mediaType = Optional.of(mediaType);
      blob.touched = true;
    }
  }

  synchronized void removeBlob(Digest digest) {
    Blob blob = blobs.remove(digest);
    if (blob != null) {
      blobBytes -= blob.bytes;
    }
  }

  synchronized Map<Digest, Long> blobs() {
    Map<Digest, Long> lengths = new HashMap<>();
    blobs.forEach((digest, blob) -> lengths.put(digest, blob.bytes));
    return lengths;
  }

  /** The blobs used since the last call. */
  synchronized Map<Digest, RecordCodec.BlobRecord> takeTouched() {
    Map<Digest, RecordCodec.BlobRecord> touched = new HashMap<>();
    blobs.forEach((digest, blob) -> {
      if (blob.touched) {
        blob.touched = false;
        touched.put(digest, blob.toRecord());
      }
    });
    return touched;
  }

  // Partial blobs

  /** Adds a partial blob of an earlier run. */
  synchronized void addPartial(Digest digest, RecordCodec.PartialRecord record, boolean clean) {
    Partial partial = new Partial(record.layout(), record.lastUsedMillis());
    for (int i = record.durable().nextSet(0); i >= 0; i = record.durable().nextSet(i + 1)) {
      partial.writtenBytes.addAndGet(record.layout().pieceLength(i));
    }
    partial.unproven = record.unproven() || !clean;
    if (clean) {
      partial.trusted = record.durable();
    }
    partials.put(digest, partial);
  }

  /** Adds a new partial blob, claimed by the caller. */
  synchronized void addClaimed(Digest digest, Partial partial) {
    requireUnclaimed(partials.get(digest), digest);
    partial.claimed = true;
    partials.put(digest, partial);
  }

  /** Claims a kept partial blob, so that it is neither evicted nor opened twice. */
  synchronized Optional<Partial> claim(Digest digest) {
    Partial partial = partials.get(digest);
    requireUnclaimed(partial, digest);
    if (partial != null) {
      partial.claimed = true;
    }
    return Optional.ofNullable(partial);
  }

  private static void requireUnclaimed(@Nullable Partial partial, Digest digest) {
    if (partial != null && partial.claimed) {
      throw new IllegalStateException("partial blob " + digest + " is open already");
    }
  }

  synchronized void opened(Partial partial, PartialBlob blob, long nowMillis) {
    partial.open = blob;
    partial.lastUsedMillis = nowMillis;
  }

  synchronized void used(Partial partial, long nowMillis) {
    partial.lastUsedMillis = nowMillis;
  }

  /** Gives a claimed partial blob back; it may be opened again, or go. */
  synchronized void closed(Partial partial, Bitfield trusted, long nowMillis) {
    partial.open = null;
    partial.claimed = false;
    partial.trusted = trusted;
    partial.lastUsedMillis = nowMillis;
  }

  synchronized Bitfield trusted(Partial partial) {
    return partial.trusted.copy();
  }

  /** Slots that may hold good bytes although nobody vouches for them. */
  synchronized Bitfield unproven(Partial partial) {
    int size = partial.layout.pieceCount();
    Bitfield slots = new Bitfield(size);
    if (partial.unproven) {
      for (int i = partial.trusted.nextClear(0); i >= 0; i = partial.trusted.nextClear(i + 1)) {
        slots.set(i);
      }
    }
    return slots;
  }

  synchronized RecordCodec.PartialRecord toRecord(Partial partial, Bitfield durable) {
    return new RecordCodec.PartialRecord(
        partial.layout, partial.lastUsedMillis, partial.unproven, durable);
  }

  synchronized void removePartial(Digest digest) {
    partials.remove(digest);
  }

  synchronized Map<Digest, PieceLayout> partials() {
    Map<Digest, PieceLayout> layouts = new HashMap<>();
    partials.forEach((digest, partial) -> layouts.put(digest, partial.layout));
    return layouts;
  }

  synchronized Map<Digest, RecordCodec.PartialRecord> partialRecords() {
    Map<Digest, RecordCodec.PartialRecord> records = new HashMap<>();
    partials.forEach((digest, p) -> records.put(digest, toRecord(p, p.trusted.copy())));
    return records;
  }

  synchronized List<PartialBlob> openPartials() {
    List<PartialBlob> open = new ArrayList<>();
    for (Partial partial : partials.values()) {
      if (partial.open != null) {
        open.add(partial.open);
      }
    }
    return open;
  }

  // Pins

  synchronized void pin(Digest digest, long untilMillis) {
    pinnedUntilMillis.put(digest, untilMillis);
  }

  synchronized void unpin(Digest digest) {
    pinnedUntilMillis.remove(digest);
  }

  /** Removes the pins that have run out and says which. */
  synchronized List<Digest> takeExpiredPins(long nowMillis) {
    List<Digest> expired = new ArrayList<>();
    pinnedUntilMillis.forEach((digest, until) -> {
      if (until <= nowMillis) {
        expired.add(digest);
      }
    });
    expired.forEach(pinnedUntilMillis::remove);
    return expired;
  }

  // Space

  /** Bytes about to be written outside a partial blob; negative when they are. */
  synchronized void addPending(long bytes) {
    pendingBytes += bytes;
  }

  /** All blobs, partial and pending ones with their full length. */
  synchronized long heldBytes() {
    return blobBytes + partialBytes() + pendingBytes;
  }

  /** The part of the held bytes that is not written yet. */
  synchronized long promisedBytes() {
    long promised = pendingBytes;
    for (Partial partial : partials.values()) {
      promised += partial.promisedBytes();
    }
    return promised;
  }

  /** What nobody uses and no pin keeps, least recently used first. */
  synchronized List<Idle> idle(long nowMillis) {
    List<Idle> idle = new ArrayList<>();
    blobs.forEach((digest, blob) -> {
      if (blob.leases == 0 && !isPinned(digest, nowMillis)) {
        idle.add(new Idle(digest, blob.bytes, blob.bytes, blob.lastUsedMillis, false));
      }
    });
    partials.forEach((digest, partial) -> {
      if (!partial.claimed && !isPinned(digest, nowMillis)) {
        long bytes = partial.layout.blobBytes();
        long written = bytes - partial.promisedBytes();
        idle.add(new Idle(digest, bytes, written, partial.lastUsedMillis, true));
      }
    });
    idle.sort(Comparator.comparingLong(Idle::lastUsedMillis).thenComparing(Idle::digest));
    return idle;
  }

  /** Whether a blob may be deleted at somebody's request, or why not. */
  synchronized Deletion mayGo(Digest digest, long nowMillis) {
    Blob blob = blobs.get(digest);
    Partial partial = partials.get(digest);
    if (blob == null && partial == null) {
      return Deletion.ABSENT;
    }
    if ((blob != null && blob.leases > 0) || (partial != null && partial.claimed)) {
      return Deletion.IN_USE;
    }
    return isPinned(digest, nowMillis) ? Deletion.PINNED : Deletion.DELETED;
  }

  /** Everything, the most recently used first. */
  synchronized List<StoreEntry> entries(long nowMillis) {
    List<StoreEntry> entries = new ArrayList<>();
    blobs.forEach((digest, blob) -> {
      Instant used = Instant.ofEpochMilli(blob.lastUsedMillis);
      boolean inUse = blob.leases > 0;
      entries.add(
          new StoreEntry(
              digest, blob.bytes, blob.bytes, blob.mediaType, false, inUse, used, pin(digest)));
    });
    partials.forEach((digest, partial) -> {
      long bytes = partial.layout.blobBytes();
      long written = bytes - partial.promisedBytes();
      Instant used = Instant.ofEpochMilli(partial.claimed ? nowMillis : partial.lastUsedMillis);
      entries.add(
          new StoreEntry(
              digest, bytes, written, Optional.empty(), true, partial.claimed, used, pin(digest)));
    });
    entries.sort(
        Comparator.comparing(StoreEntry::lastUsed).reversed().thenComparing(StoreEntry::digest));
    return entries;
  }

  private boolean isPinned(Digest digest, long nowMillis) {
    return pinnedUntilMillis.getOrDefault(digest, 0L) > nowMillis;
  }

  private Optional<Instant> pin(Digest digest) {
    return Optional.ofNullable(pinnedUntilMillis.get(digest)).map(Instant::ofEpochMilli);
  }

  synchronized StoreUsage usage(long limitBytes) {
    return new StoreUsage(blobs.size(), blobBytes, partials.size(), partialBytes(), limitBytes);
  }

  private long partialBytes() {
    long bytes = 0;
    for (Partial partial : partials.values()) {
      bytes += partial.layout.blobBytes();
    }
    return bytes;
  }
}
