package io.shoal.client.prewarm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to pre-warm, where, and how fast.
 *
 * @param images as people write them, 1 to {@link #MAX_IMAGES}
 * @param platform such as {@code linux/arm64}; each node's own if absent
 * @param select labels a node must have or lack, {@code zone=a,role!=gpu}
 * @param nodes names of nodes; all that are connected if absent
 * @param limit how many of the selected nodes, for a try with a few of them first
 * @param parallelism how many nodes fetch at once; all if absent
 * @param maxFailures how many nodes may fail before no further one is started; no bound if absent
 * @param timeout what is not done after this has failed; {@link #DEFAULT_TIMEOUT} if absent
 * @param pin how long the images are kept from eviction
 * @param runtime which runtime of the node has the images at the end, too; if absent, the agent
 *     alone
 * @param maxBytesPerSecond the most that a node takes in for this job; no bound if absent
 * @param credentials the name of a login that the agents know, for private images: never the login
 *     itself
 */
public record JobRequest(
    List<String> images,
    Optional<String> platform,
    Optional<String> select,
    Optional<List<String>> nodes,
    Optional<NodeShare> limit,
    Optional<NodeShare> parallelism,
    Optional<Integer> maxFailures,
    Optional<Duration> timeout,
    Optional<Duration> pin,
    Optional<PrewarmRuntime> runtime,
    Optional<Long> maxBytesPerSecond,
    Optional<String> credentials) {

  /** The most images of one job. */
  public static final int MAX_IMAGES = 100;

  /** The most nodes that one job may name. */
  public static final int MAX_NODES = 10_000;

  /** How long a job may take if it does not say. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);

  private static final int MAX_TEXT = 512;

  /** Names, and nothing that a user name with its password could look like. */
  private static final Pattern CREDENTIALS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private static final Duration LONGEST = Duration.ofDays(365);

  public JobRequest {
    images = List.copyOf(images);
    nodes = nodes.map(List::copyOf);
    if (images.isEmpty() || images.size() > MAX_IMAGES) {
      throw new IllegalArgumentException("a job has 1 to " + MAX_IMAGES + " images");
    }
    for (String image : images) {
      if (image.isBlank() || image.length() > MAX_TEXT) {
        throw new IllegalArgumentException("no name of an image: '" + image + "'");
      }
    }
    if (nodes.orElse(List.of()).size() > MAX_NODES) {
      throw new IllegalArgumentException("a job names at most " + MAX_NODES + " nodes");
    }
    if (platform.orElse("").length() > MAX_TEXT || select.orElse("").length() > MAX_TEXT) {
      throw new IllegalArgumentException("platform and select have at most 512 characters");
    }
    if (maxFailures.filter(n -> n < 0).isPresent()) {
      throw new IllegalArgumentException("maxFailures is at least 0");
    }
    timeout.ifPresent(t -> bounded("timeout", t));
    pin.ifPresent(p -> bounded("pin", p));
    if (maxBytesPerSecond.filter(rate -> rate < 1).isPresent()) {
      throw new IllegalArgumentException("maxBytesPerSecond is at least 1");
    }
    if (!CREDENTIALS.matcher(credentials.orElse("none")).matches()) {
      throw new IllegalArgumentException(
          "credentials is the name of a login that the agents know, not the login itself");
    }
  }

  /** These images onto all nodes, with nothing else said. */
  public static JobRequest of(List<String> images) {
    return new JobRequest(
        images,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static void bounded(String name, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " is between 1ms and 365d");
    }
  }
}
