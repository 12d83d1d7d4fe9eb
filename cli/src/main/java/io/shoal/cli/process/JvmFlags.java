package io.shoal.cli.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of the JVMs that this process starts: its own, then the limits of the server that is
 * started ({@code lib/jvm} in the distribution, which {@code bin/shoal} reads too), then what the
 * user says, who has the last word.
 */
public final class JvmFlags {

  /** The user's flags, as words. */
  private static final String USERS = "SHOAL_JAVA_OPTS";

  private final List<String> own;
  private final Optional<Path> limits;
  private final List<String> users;

  JvmFlags(List<String> own, Optional<Path> home, String users) {
    this.own = own.stream().filter(flag -> !flag.matches("-javaagent.*|-agent.*")).toList();
    this.limits = home.map(folder -> folder.resolve("lib").resolve("jvm"));
    this.users = users.isBlank() ? List.of() : List.of(users.strip().split("\\s+"));
  }

  /** Like this JVM's. */
  public static JvmFlags asOwn(Map<String, String> environment) {
    return new JvmFlags(
        ManagementFactory.getRuntimeMXBean().getInputArguments(),
        Optional.ofNullable(System.getProperty("shoal.home")).map(Path::of),
        environment.getOrDefault(USERS, ""));
  }

  /** For a child within the limits of this server, if it has any. */
  List<String> of(String server) {
    List<String> flags = new ArrayList<>(own);
    if (limits.isPresent()) {
      Path file = limits.get().resolve(server + ".options");
      if (Files.exists(file)) {
        flags.add("@" + file);
        flags.addAll(users);
      }
    }
    return flags;
  }
}
