package io.shoal.cli.node;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What runs on the host, and what can be run there. */
interface HostPrograms {

  /**
   * A running program.
   *
   * @param pid its number
   * @param started when it was started
   * @param arguments with the program itself first
   */
  record Running(long pid, Instant started, List<String> arguments) {}

  /** The running programs of this name, such as {@code dockerd}. */
  List<Running> named(String name);

  /** Sends SIGHUP, at which a daemon reads its configuration again; whether that went well. */
  boolean hangUp(long pid);

  /**
   * Waits for some seconds until dockerd says that it has no mirrors.
   *
   * @param socket where it listens
   * @return whether it has none now; empty if it cannot be asked, some time after it was told
   */
  Optional<Boolean> dockerLosesMirrors(Path socket);

  /** What containerd makes of this configuration; empty if it cannot be asked. */
  Optional<String> containerdConfiguration(Path config);

  /**
   * Restarts a service by the host's systemd.
   *
   * @return what went wrong, empty if nothing did
   */
  Optional<String> restart(String service);
}
