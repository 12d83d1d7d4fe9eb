package io.shoal.proxy;

import io.shoal.config.HostPort;
import io.shoal.config.Key;
import io.shoal.config.LogConfig;
import io.shoal.oci.upstream.UpstreamsConfig;
import io.shoal.proxy.login.LoginConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The registry proxy's configuration.
 *
 * @param listen where clients connect
 * @param origins the origins, all of them
 * @param cluster the cluster file
 * @param upstreams which registries clients may name
 * @param push whether clients may push
 * @param login who may push and pull
 * @param log how to log
 */
public record ProxyConfig(
    @Key(doc = "Where clients connect.", defaultValue = "0.0.0.0:4640") HostPort listen,
    @Key(doc = "The cluster's origins, such as https://origin-0:4630.") List<URI> origins,
    @Key(doc = "The cluster file; may be absent only with --insecure.") Optional<Path> cluster,
    @Key(doc = "The central registries.") UpstreamsConfig upstreams,
    @Key(doc = "Pushes.") Push push,
    @Key(doc = "Who may push and pull.") LoginConfig login,
    @Key(doc = "The log.") LogConfig log) {

  /**
   * Pushes.
   *
   * @param enabled whether they are handed on to the origin
   */
  public record Push(
      @Key(
              doc =
                  "Whether clients may push; without login.users, whoever reaches the listen"
                      + " address. The origin decides to which registries (its push.registries).",
              defaultValue = "false")
          boolean enabled) {}

  public ProxyConfig {
    origins = List.copyOf(origins);
    if (origins.isEmpty()) {
      throw new IllegalArgumentException(
          "origins must name at least one, e.g. [\"https://origin-0:4630\"]");
    }
    if (push.enabled() && origins.size() > 1) {
      throw new IllegalArgumentException(
          "push.enabled needs exactly one origin: pushed blobs are not copied to others");
    }
    if (login.users().isPresent() && upstreams.names().anyRelay()) {
      throw new IllegalArgumentException(
          "login.users and mode relay exclude each other: a client has one login for this address."
              + " Run one registry-proxy for each");
    }
  }
}
