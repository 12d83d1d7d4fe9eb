package io.shoal.cli.serve;

import io.shoal.config.LogConfig;
import java.util.Locale;

/** How a server writes its log. */
enum LogFormat {
  /** Lines for people. */
  HUMAN,
  /** One JSON object in each line. */
  JSON;

  /** The form that a configuration asks for. */
  static LogFormat of(LogConfig config) {
    return switch (config.format()) {
      case HUMAN -> HUMAN;
      case JSON -> JSON;
    };
  }

  /**
   * Takes effect if nothing was logged in this process before: the logging library reads its
   * configuration when it is first used.
   */
  void use() {
    System.setProperty("shoal.log.form", toString());
    System.setProperty("shoal.log.level", "INFO");
  }

  /** As people write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
