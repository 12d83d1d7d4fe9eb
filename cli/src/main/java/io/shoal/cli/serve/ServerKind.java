package io.shoal.cli.serve;

import io.shoal.cli.process.RunningServer;
import io.shoal.config.LogConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * One of the servers, as the command line sees it.
 *
 * @param name the sub-command
 * @param description one sentence for the help
 * @param envPrefix prefix of its environment variables
 * @param configType its configuration
 * @param cluster the configuration's cluster file
 * @param log the configuration's settings of the log
 * @param start starts it
 */
record ServerKind<C extends Record>(
    String name,
    String description,
    String envPrefix,
    Class<C> configType,
    Function<C, Optional<Path>> cluster,
    Function<C, LogConfig> log,
    Start<C> start) {

  /** Starts a server; returns when it serves. */
  @FunctionalInterface
  interface Start<C> {
    RunningServer start(C config, boolean insecure) throws Exception;
  }
}
