package io.shoal.config;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the configuration page from the config records, so that it cannot tell another story. */
public final class ConfigDocs {

  /**
   * A service and its config record.
   *
   * @param name such as {@code agent}
   * @param type its config record
   * @param envPrefix such as {@code SHOAL_AGENT}
   */
  public record Section(String name, Class<? extends Record> type, String envPrefix) {}

  private ConfigDocs() {}

  /** The whole page as Markdown: the introduction, then one table per service. */
  public static String page(String introduction, List<Section> sections) {
    return introduction.strip()
        + "\n"
        + sections.stream().map(ConfigDocs::table).collect(Collectors.joining());
  }

  private static String table(Section section) {
    StringBuilder out = new StringBuilder();
    out.append("\n## ").append(section.name()).append("\n\n");
    out.append("| Key | Value | Default | What it does | Environment variable |\n");
    out.append("|---|---|---|---|---|\n");
    for (ConfigKey key : ConfigKey.of(section.type())) {
      out.append("| `").append(key.path()).append("` | ").append(form(key.type()));
      out.append(" | ").append(defaultOf(key)).append(" | ").append(cell(key.doc()));
      out.append(" | `").append(key.variable(section.envPrefix())).append("` |\n");
      if (ConfigKey.isA(key.type(), Map.class)) {
        entries(key, out);
      }
    }
    return out.toString();
  }

  /** The keys inside each entry of a map of records; they have no variable of their own. */
  private static void entries(ConfigKey map, StringBuilder out) {
    Type element = ConfigKey.argument(map.type(), 1);
    if (!ConfigKey.isNested(element)) {
      return;
    }
    for (ConfigKey key : ConfigKey.of((Class<?>) element)) {
      out.append("| `").append(map.path()).append(".<name>.").append(key.path()).append("` | ");
      out.append(form(key.type())).append(" | ").append(defaultOf(key));
      out.append(" | ").append(cell(key.doc())).append(" | |\n");
    }
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.defaultValue().isEmpty()) {
      return "`" + key.defaultValue() + "`";
    }
    return key.required() ? "**required**" : "none";
  }

  private static String form(Type type) {
    if (ConfigKey.isA(type, List.class)) {
      return "list: " + form(ConfigKey.argument(type, 0));
    }
    if (ConfigKey.isA(type, Map.class)) {
      return "by name: " + form(ConfigKey.argument(type, 1));
    }
    return ConfigKey.isNested(type) ? "keys and values" : cell(Scalar.of((Class<?>) type).form());
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
