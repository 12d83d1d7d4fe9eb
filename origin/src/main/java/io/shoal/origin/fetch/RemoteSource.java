package io.shoal.origin.fetch;

import io.shoal.client.origin.OriginReason;
import io.shoal.oci.upstream.RemoteBlob;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** One blob at upstream: opens it, reads from it within the budget, and counts. Thread-safe. */
final class RemoteSource {

  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final UpstreamRegistry registry;
  private final BlobRef ref;
  private final UpstreamBudget.Share budget;
  private final LongConsumer received;

  RemoteSource(
      UpstreamRegistry registry, BlobRef ref, UpstreamBudget.Share budget, LongConsumer received) {
    this.registry = registry;
    this.ref = ref;
    this.budget = budget;
    this.received = received;
  }

  BlobRef ref() {
    return ref;
  }

  UpstreamBudget.Share budget() {
    return budget;
  }

  /** Opens a part, or everything if upstream ignores Range. */
  RemoteBlob open(long from, long toExclusive) throws OriginFailure {
    return open(from, OptionalLong.of(toExclusive));
  }

  /** Opens everything. */
  RemoteBlob openWhole() throws OriginFailure {
    return open(0, OptionalLong.empty());
  }

  /** Opens the first bytes of a blob of unknown length. */
  RemoteBlob openFirst(long mostBytes) throws OriginFailure {
    try {
      RemoteBlob first = registry.blob(name(), ref.digest(), 0, OptionalLong.of(mostBytes));
      if (!first.ranged() || first.blobBytes().isPresent()) {
        return first;
      }
      // A part of something whose length upstream does not tell is of no use.
      first.close();
    } catch (UpstreamException e) {
      // An empty blob has no first byte to ask for.
      if (e.status().orElse(0) != RANGE_NOT_SATISFIABLE) {
        throw OriginFailure.of(e);
      }
    }
    return openWhole();
  }

  private RemoteBlob open(long from, OptionalLong toExclusive) throws OriginFailure {
    try {
      return registry.blob(name(), ref.digest(), from, toExclusive);
    } catch (UpstreamException e) {
      throw OriginFailure.of(e);
    }
  }

  private String name() {
    return ref.repository().repository();
  }

  /**
   * Reads until there are {@code wanted} bytes or the stream ends or breaks; the break shows at the
   * next call.
   *
   * @return how many, 0 at the end
   */
  int read(RemoteBlob from, byte[] buffer, int wanted) throws OriginFailure {
    int have = 0;
    while (have < wanted) {
      try {
        int read = from.bytes().read(buffer, have, wanted - have);
        if (read < 0) {
          break;
        }
        have += read;
      } catch (IOException e) {
        if (have == 0) {
          throw OriginFailure.of(
              OriginReason.UPSTREAM_UNREACHABLE,
              "%s from %s broke off: %s".formatted(ref.digest(), ref.repository(), e),
              e);
        }
        break;
      }
    }
    received.accept(have);
    return have;
  }
}
