package io.shoal.origin;

import io.shoal.config.HostPort;
import io.shoal.config.Key;
import io.shoal.config.LogConfig;
import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import io.shoal.node.store.StoreLimits;
import io.shoal.oci.upstream.AuthConfig;
import io.shoal.oci.upstream.UpstreamsConfig;
import io.shoal.origin.push.PushMode;
import io.shoal.origin.push.PushSettings;
import io.shoal.origin.push.PushTarget;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of an origin.
 *
 * @param listen its HTTP API
 * @param peer where agents link to
 * @param tracker who introduces it to agents
 * @param cluster the cluster file
 * @param serverKey what it shows to callers
 * @param signingKey what it signs states with
 * @param store its disk
 * @param rates limits
 * @param upstreams the central registries
 * @param auth how long a right to private images counts
 * @param fetch how blobs are fetched
 * @param tags how tags are resolved
 * @param push what may be pushed
 * @param shutdown how the process ends
 * @param log the log
 */
public record OriginConfig(
    @Key(
            doc = "Where agents and registry-proxies reach the origin's API.",
            defaultValue = "0.0.0.0:4630")
        HostPort listen,
    @Key(doc = "The link to agents.") Peer peer,
    @Key(doc = "URL of the tracker, such as https://tracker:4620. The origin works without one.")
        Optional<URI> tracker,
    @Key(doc = "The cluster file; may be absent only with --insecure.") Optional<Path> cluster,
    @Key(doc = "Key and certificate shown to callers, server.pem; absent only with --insecure.")
        Optional<Path> serverKey,
    @Key(doc = "The key that states are signed with, origin.key.") Path signingKey,
    @Key(doc = "Blobs on disk.") Store store,
    @Key(doc = "Limits.") Rates rates,
    @Key(doc = "The central registries.") UpstreamsConfig upstreams,
    @Key(doc = "Whose right to private images counts for how long.") AuthConfig auth,
    @Key(doc = "How blobs are fetched from upstream.") Fetch fetch,
    @Key(doc = "How tags are resolved.") Tags tags,
    @Key(doc = "What may be pushed, through registry-proxies.") PushSettings push,
    @Key(doc = "How the process ends.") Shutdown shutdown,
    @Key(doc = "The log.") LogConfig log) {

  public OriginConfig {
    push.registries().forEach((registry, target) -> check(registry, target, upstreams));
  }

  private static void check(String registry, PushTarget target, UpstreamsConfig upstreams) {
    if (target.username().isPresent() && upstreams.isInTheClear(registry)) {
      throw new IllegalArgumentException(
          "push.registries: the login for "
              + registry
              + " could be read by anyone on the way: use an https url, or set insecure to true"
              + " in upstreams.registries to send it all the same");
    }
    if (target.mode() == PushMode.BACK && upstreams.names().isRelay(registry)) {
      throw new IllegalArgumentException(
          "push.registries: with mode relay "
              + registry
              + " decides who may read what, and it cannot about what it has not got yet:"
              + " push with mode through");
    }
  }

  /** The prefix of its environment variables. */
  public static final String ENV_PREFIX = "SHOAL_ORIGIN";

  /**
   * The link to agents.
   *
   * @param listen where they link to
   * @param advertise the host they are told
   */
  public record Peer(
      @Key(doc = "Where agents link to.", defaultValue = "0.0.0.0:4631") HostPort listen,
      @Key(doc = "The host agents are told, if not the address at which they reach the API.")
          Optional<String> advertise) {}

  /**
   * Blobs on disk.
   *
   * @param dir where
   * @param quota most bytes
   * @param shareOfDisk largest part of the file system
   * @param keepFree part of the file system that stays free
   * @param highWatermark where eviction starts
   * @param lowWatermark where it ends
   * @param partialTtl how long unused partial blobs are kept
   */
  public record Store(
      @Key(
              doc = "Folder of the blobs; one process per folder.",
              defaultValue = "/var/lib/shoal/origin")
          Path dir,
      @Key(doc = "Most bytes the store may hold.") Optional<ByteSize> quota,
      @Key(doc = "Largest part of the file system the store may hold.", defaultValue = "0.20")
          double shareOfDisk,
      @Key(doc = "Part of the file system that is left free.", defaultValue = "0.10")
          double keepFree,
      @Key(doc = "Part of the allowance at which eviction starts.", defaultValue = "0.95")
          double highWatermark,
      @Key(doc = "Part of the allowance at which eviction ends.", defaultValue = "0.85")
          double lowWatermark,
      @Key(doc = "How long a partial blob that nobody uses is kept.", defaultValue = "24h")
          Duration partialTtl) {

    public Store {
      // Checked here, so that a mistake is reported with the key's path.
      StoreLimits _ =
          new StoreLimits(quota, shareOfDisk, keepFree, highWatermark, lowWatermark, partialTtl);
    }

    StoreLimits limits() {
      return new StoreLimits(quota, shareOfDisk, keepFree, highWatermark, lowWatermark, partialTtl);
    }
  }

  /**
   * Limits.
   *
   * @param upload to agents
   * @param upstream from the central registries
   */
  public record Rates(
      @Key(doc = "Most that is sent to agents over links, such as 1GB/s.")
          Optional<ByteRate> upload,
      @Key(doc = "Most that is fetched from the central registries, all together.")
          Optional<ByteRate> upstream) {}

  /**
   * How blobs are fetched.
   *
   * @param parallelRanges at most so many at once for one blob
   * @param rangeBytes length of one
   */
  public record Fetch(
      @Key(doc = "Ranges of one blob that are fetched at the same time.", defaultValue = "4")
          int parallelRanges,
      @Key(doc = "Length of a range; rounded up to whole pieces.", defaultValue = "8MiB")
          ByteSize rangeBytes) {

    public Fetch {
      if (parallelRanges < 1 || parallelRanges > 64) {
        throw new IllegalArgumentException("parallelRanges is 1 to 64: " + parallelRanges);
      }
      if (rangeBytes.bytes() < 1 << 20) {
        throw new IllegalArgumentException("rangeBytes is at least 1MiB: " + rangeBytes);
      }
    }
  }

  /**
   * How tags are resolved.
   *
   * @param ttl how long an answer of upstream counts
   */
  public record Tags(
      @Key(doc = "How long a tag is believed before upstream is asked again.", defaultValue = "10s")
          Duration ttl) {

    public Tags {
      if (ttl.isNegative()) {
        throw new IllegalArgumentException("ttl is negative");
      }
    }
  }

  /**
   * How the process ends.
   *
   * @param grace for uploads under way
   */
  public record Shutdown(
      @Key(doc = "How long uploads under way may take when the origin ends.", defaultValue = "10s")
          Duration grace) {}
}
