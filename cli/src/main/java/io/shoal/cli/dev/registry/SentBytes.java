package io.shoal.cli.dev.registry;

import io.shoal.core.content.Digest;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many bytes of each blob have left the registry: the proof of "fetched once". */
final class SentBytes {

  private final Map<Digest, LongAdder> byBlob = new ConcurrentHashMap<>();

  void add(Digest digest, long bytes) {
    byBlob.computeIfAbsent(digest, d -> new LongAdder()).add(bytes);
  }

  RegistryStats stats() {
    Map<String, Long> blobs = new TreeMap<>();
    byBlob.forEach((digest, bytes) -> blobs.put(digest.toString(), bytes.sum()));
    return new RegistryStats(blobs.values().stream().mapToLong(Long::longValue).sum(), blobs);
  }
}
