package io.shoal.tracker;

import io.shoal.config.HostPort;
import io.shoal.config.Key;
import io.shoal.config.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of a tracker. */
public record TrackerConfig(
    @Key(
            doc = "Where agents, origins and operators reach the tracker.",
            defaultValue = "0.0.0.0:4620")
        HostPort listen,
    @Key(doc = "The cluster file; may be absent only with --insecure.") Optional<Path> cluster,
    @Key(doc = "Key and certificate shown to callers, server.pem; absent only with --insecure.")
        Optional<Path> serverKey,
    @Key(
            doc = "How often peers report; one that is silent for three of these is forgotten.",
            defaultValue = "10s")
        Duration heartbeat,
    @Key(doc = "What outlives the process.") Store store,
    @Key(doc = "The log.") LogConfig log) {

  /** The prefix of its environment variables. */
  public static final String ENV_PREFIX = "SHOAL_TRACKER";

  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  public TrackerConfig {
    if (heartbeat.compareTo(SHORTEST) < 0 || heartbeat.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("heartbeat must be between 50ms and 5m");
    }
  }

  /**
   * What outlives the process.
   *
   * @param dir the folder
   */
  public record Store(
      @Key(
              doc =
                  "Folder of the pre-warm jobs, e.g. /var/lib/shoal/tracker; one process per"
                      + " folder. Without it a restart of the tracker forgets them.")
          Optional<Path> dir) {}
}
