package io.shoal.oci.upstream;

import io.shoal.core.reference.ImageReference;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which registry hosts may be asked at all. What is not on the list is never dialled, so that
 * nobody can make a server inside the cluster send requests wherever he likes.
 */
public final class UpstreamNames {

  private final String defaultUpstream;
  private final Set<String> exact = new TreeSet<>();
  private final Globs patterns;
  private final Map<String, RepositoryRules> rules = new TreeMap<>();
  private final Set<String> named = new TreeSet<>();
  private final Set<String> catalogs = new TreeSet<>();
  private final Set<String> relays = new TreeSet<>();

  /**
   * @param defaultUpstream what requests mean that name no host; allowed
   * @param allow hosts by name, or with {@code *} for any run of characters
   * @param configured hosts with settings of their own; allowed
   */
  UpstreamNames(
      String defaultUpstream, List<String> allow, Map<String, UpstreamConfig> configured) {
    this.defaultUpstream = normal(defaultUpstream);
    exact.add(this.defaultUpstream);
    configured.forEach((host, settings) -> {
      exact.add(normal(host));
      rules.put(normal(host), RepositoryRules.of(settings));
      if (settings.url().isPresent()) {
        named.add(normal(host));
      }
      if (settings.mode() == UpstreamMode.RELAY) {
        relays.add(normal(host));
      }
      if (settings.catalog()) {
        catalogs.add(normal(host));
      }
    });
    allow.stream().filter(host -> host.indexOf('*') < 0).forEach(host -> exact.add(normal(host)));
    patterns = new Globs(allow.stream().filter(host -> host.indexOf('*') >= 0).toList());
    exact.stream().filter(host -> !UpstreamsConfig.PUBLIC.contains(host)).forEach(named::add);
  }

  /** What requests mean that name no host. */
  public String defaultUpstream() {
    return defaultUpstream;
  }

  /** The one name used for this host everywhere: lower case, Docker Hub as {@code docker.io}. */
  public static String normal(String host) {
    return ImageReference.normalHost(host.toLowerCase(Locale.ROOT));
  }

  /** Whether requests may go to this host. */
  public boolean allows(String host) {
    String name = normal(host);
    return exact.contains(name) || (ImageReference.isHost(name) && patterns.match(name));
  }

  /** Whether requests may go to this repository of an allowed host. */
  public boolean allows(String host, String repository) {
    RepositoryRules ofHost = rules.get(normal(host));
    return ofHost == null || ofHost.allows(repository);
  }

  /**
   * Whether this host may have a private address: the operator has named it, and it is not one of
   * those that all the world knows.
   */
  boolean mayBePrivate(String host) {
    return named.contains(normal(host));
  }

  /** Whether the client's own token decides what is read from this host. */
  public boolean isRelay(String host) {
    return relays.contains(normal(host));
  }

  /** Whether that is so for any host. */
  public boolean anyRelay() {
    return !relays.isEmpty();
  }

  /** Whether clients may list the repositories of this host. */
  public boolean hasCatalog(String host) {
    return catalogs.contains(normal(host));
  }

  /**
   * Whether the first component of a path is meant as a host: only if it is allowed, and either
   * named exactly or looks like a host, because project names may contain dots and {@code *}
   * matches project names too.
   */
  public boolean isHostInPath(String component) {
    boolean looksLikeHost =
        component.indexOf('.') >= 0 || component.indexOf(':') >= 0 || component.equals("localhost");
    return exact.contains(normal(component)) || (looksLikeHost && allows(component));
  }
}
