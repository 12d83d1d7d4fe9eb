package io.shoal.config;

import java.util.List;

/** A configuration that cannot be used. The message lists everything wrong with it, at once. */
public final class ConfigException extends Exception {

  private final List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** One line per problem, each naming where it stands. */
  public List<String> problems() {
    return problems;
  }
}
