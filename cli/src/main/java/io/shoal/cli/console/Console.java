package io.shoal.cli.console;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** What is known about the place where the output goes. */
public final class Console {

  private Console() {}

  /** Whether a person looks at a terminal that understands cursor movement. */
  public static boolean isLive(Map<String, String> environment) {
    // Without a terminal there is no console object, or one that says so: that depends on the JDK.
    boolean terminal =
        Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
    return terminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** Prints these lines. */
  public static void print(PrintStream out, Iterable<String> lines) {
    lines.forEach(out::println);
  }
}
