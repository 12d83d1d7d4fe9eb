package io.shoal.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.cli.console.UserError;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The part of containerd's configuration that says where it looks for registries.
 *
 * @see <a
 *     href="https://github.com/containerd/containerd/blob/main/docs/cri/registry.md">registry.md</a>
 */
final class ContainerdToml {

  private static final String VERSION_1 = "cri";
  private static final String VERSION_2 = "io.containerd.grpc.v1.cri";
  private static final String VERSION_3 = "io.containerd.cri.v1.images";
  private static final List<String> PLUGINS = List.of(VERSION_3, VERSION_2, VERSION_1);

  private ContainerdToml() {}

  /** The folders with registries' files, separated by colons; empty if none is set. */
  static String configPath(JsonNode config) {
    for (String plugin : PLUGINS) {
      String path = registry(config, plugin).path("config_path").asText();
      if (!path.isBlank()) {
        return path;
      }
    }
    return "";
  }

  /** Whether the part that Kubernetes talks to is switched off, as Docker's packages do it. */
  static boolean criDisabled(JsonNode config) {
    for (JsonNode plugin : config.path("disabled_plugins")) {
      if (PLUGINS.contains(plugin.asText())) {
        return true;
      }
    }
    return false;
  }

  /** Whether registries are set in the old way, beside which no config_path may be set. */
  static boolean hasOldMirrors(JsonNode config) {
    return PLUGINS.stream()
        .map(plugin -> registry(config, plugin))
        .anyMatch(registry ->
            !registry.path("mirrors").isEmpty()
                || registry.path("configs").valueStream().anyMatch(c -> c.has("tls")));
  }

  /** A configuration that sets nothing else. */
  static String create(Path folder) {
    return "version = 2\n\n" + Toml.text(table(VERSION_2, folder));
  }

  /** The configuration with the folder set, all else and every comment as before. */
  static String withConfigPath(Path file, String text, Path folder) {
    JsonNode before = Toml.parse(file, text);
    String plugin =
        switch (before.path("version").asInt(1)) {
          case 1 -> VERSION_1;
          case 2 -> VERSION_2;
          default -> VERSION_3;
        };
    List<String> lines = Toml.lines(text);
    int header = header(lines, plugin);
    if (header < 0) {
      lines.add("");
      lines.addAll(table(plugin, folder));
    } else {
      int at = header + 1;
      while (at < lines.size() && !Toml.beginsTable(lines.get(at))) {
        if (lines.get(at).strip().matches("config_path\\s*=.*")) {
          lines.remove(at);
        } else {
          at++;
        }
      }
      lines.add(header + 1, "  config_path = \"" + folder + "\"");
    }
    String changed = Toml.text(lines);
    check(file, before, changed, plugin, folder);
    return changed;
  }

  private static List<String> table(String plugin, Path folder) {
    String quoted = plugin.equals(VERSION_1) ? plugin : "\"" + plugin + "\"";
    return List.of("[plugins." + quoted + ".registry]", "  config_path = \"" + folder + "\"");
  }

  private static int header(List<String> lines, String plugin) {
    for (int i = 0; i < lines.size(); i++) {
      if (Toml.isHeader(lines.get(i), "plugins.\"" + plugin + "\".registry")
          || Toml.isHeader(lines.get(i), "plugins." + plugin + ".registry")) {
        return i;
      }
    }
    return -1;
  }

  private static void check(Path file, JsonNode before, String text, String plugin, Path folder) {
    try {
      JsonNode after = Toml.parse(file, text);
      if (registry(after, plugin).path("config_path").asText().equals(folder.toString())
          && without(after, plugin).equals(without(before, plugin))) {
        return;
      }
    } catch (UserError notToml) {
      // What was added collides with how the file is written; said below.
    }
    throw UserError.failed(
        ("%s is written in a way that cannot be added to; set config_path to \"%s\" in its table"
                + " [plugins.\"%s\".registry] and run this again")
            .formatted(file, folder, plugin));
  }

  /** All but the key itself, and without tables that it alone has made. */
  private static JsonNode without(JsonNode config, String plugin) {
    JsonNode rest = config.deepCopy();
    if (registry(rest, plugin) instanceof ObjectNode registry) {
      registry.remove("config_path");
    }
    prune(rest, "plugins", plugin, "registry");
    return rest;
  }

  private static void prune(JsonNode at, String... path) {
    if (path.length == 0 || !(at.path(path[0]) instanceof ObjectNode child)) {
      return;
    }
    prune(child, Arrays.copyOfRange(path, 1, path.length));
    if (child.isEmpty() && at instanceof ObjectNode parent) {
      parent.remove(path[0]);
    }
  }

  private static JsonNode registry(JsonNode config, String plugin) {
    return config.path("plugins").path(plugin).path("registry");
  }
}
