package io.shoal.agent;

import io.shoal.agent.prewarm.PrewarmConfig;
import io.shoal.config.HostPort;
import io.shoal.config.Key;
import io.shoal.config.LogConfig;
import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import io.shoal.node.store.StoreLimits;
import io.shoal.oci.upstream.AuthConfig;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's configuration.
 *
 * @param listen the pull endpoint
 * @param peer where other peers link to
 * @param node what the fleet view shows of this node
 * @param tracker who introduces peers
 * @param origins who fetches from the central registries
 * @param cluster the cluster file
 * @param store the node's blob cache
 * @param rates limits
 * @param upstreams the central registries
 * @param auth how long a right to private images counts
 * @param prefetch what is fetched before it is asked for
 * @param prewarm what pre-warm jobs may do here
 * @param shutdown how the process ends
 * @param log how it logs
 */
public record AgentConfig(
    @Key(
            doc = "Address of the pull endpoint, for the runtime on this node.",
            defaultValue = "127.0.0.1:4600")
        HostPort listen,
    @Key(doc = "How other peers reach this one.") Peer peer,
    @Key(doc = "What the fleet view shows of this node.") Node node,
    @Key(doc = "URL of the tracker, e.g. https://tracker:4620. Without it peers are not found.")
        Optional<URI> tracker,
    @Key(
            doc =
                "URLs of the origins, e.g. https://origin:4630. Without any, the agent reads from"
                    + " upstream itself.",
            defaultValue = "")
        List<URI> origins,
    @Key(doc = "The cluster file, made by 'shoal cluster init'.") Optional<Path> cluster,
    @Key(doc = "The blob cache.") Store store,
    @Key(doc = "Limits on payload.") Rates rates,
    @Key(doc = "The central registries.") UpstreamsConfig upstreams,
    @Key(doc = "Whose right to private images counts for how long.") AuthConfig auth,
    @Key(doc = "What is fetched before a client asks for it.") Prefetch prefetch,
    @Key(doc = "What pre-warm jobs may do on this node.") PrewarmConfig prewarm,
    @Key(doc = "How the agent ends.") Shutdown shutdown,
    @Key(doc = "The log.") LogConfig log) {

  /** The prefix of its environment variables. */
  public static final String ENV_PREFIX = "SHOAL_AGENT";

  public AgentConfig {
    origins = List.copyOf(origins);
  }

  /**
   * Where other peers link to.
   *
   * @param listen address of the peer port
   * @param advertise host that others are told instead of the address they see
   */
  public record Peer(
      @Key(doc = "Address that other peers link to.", defaultValue = "0.0.0.0:4610")
          HostPort listen,
      @Key(doc = "Host that other peers are told, if not the one the tracker sees.")
          Optional<String> advertise) {}

  /**
   * What the fleet view shows.
   *
   * @param name of the node
   * @param labels such as zone and rack
   */
  public record Node(
      @Key(doc = "Name of the node in the fleet view; the host name if not set.")
          Optional<String> name,
      @Key(
              doc =
                  "Labels of the node, e.g. rack: r7. By its rack, else its zone, it chooses near"
                      + " peers.")
          Map<String, String> labels) {}

  /**
   * The blob cache.
   *
   * @param dir the folder
   * @param quota bytes it may hold
   * @param shareOfDisk part of the file system it may hold
   * @param keepFree part of the file system left free
   * @param highWatermark where eviction starts
   * @param lowWatermark where eviction ends
   * @param partialTtl how long unused partial blobs are kept
   */
  public record Store(
      @Key(
              doc = "Folder of the blob cache; one process per folder.",
              defaultValue = "/var/lib/shoal/agent")
          Path dir,
      @Key(doc = "Most bytes the cache may hold.") Optional<ByteSize> quota,
      @Key(doc = "Largest part of the file system the cache may hold.", defaultValue = "0.20")
          double shareOfDisk,
      @Key(doc = "Part of the file system that is left free.", defaultValue = "0.10")
          double keepFree,
      @Key(doc = "Fill level of the allowance at which eviction starts.", defaultValue = "0.95")
          double highWatermark,
      @Key(doc = "Fill level at which eviction ends.", defaultValue = "0.85") double lowWatermark,
      @Key(doc = "How long an unused partial blob is kept.", defaultValue = "24h")
          Duration partialTtl) {

    StoreLimits limits() {
      return new StoreLimits(quota, shareOfDisk, keepFree, highWatermark, lowWatermark, partialTtl);
    }
  }

  /**
   * What is fetched before a client asks for it.
   *
   * @param layers of an image that a client reads a layer of
   */
  public record Prefetch(
      @Key(
              doc =
                  "Whether a client that reads one layer of an image makes the agent fetch the"
                      + " others, too. Not together with a lazy snapshotter, which reads parts.",
              defaultValue = "false")
          boolean layers) {}

  /**
   * Limits on payload.
   *
   * @param upload to peers
   * @param download from peers and origins
   */
  public record Rates(
      @Key(doc = "Most that is sent to peers, e.g. 60MB/s.") Optional<ByteRate> upload,
      @Key(doc = "Most that is received from peers and origins.") Optional<ByteRate> download) {}

  /**
   * How the process ends.
   *
   * @param grace for uploads under way
   */
  public record Shutdown(
      @Key(doc = "How long uploads under way may take when the agent ends.", defaultValue = "10s")
          Duration grace) {}
}
