package io.shoal.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.cli.console.UserError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * containerd's file about one registry; hosts are asked in the order of their tables.
 *
 * @see <a href="https://github.com/containerd/containerd/blob/main/docs/hosts.md">hosts.md</a>
 */
final class HostsToml {

  /** A folder of this name is for all registries without one of their own. */
  static final String ALL = "_default";

  private static final String DOCKER_HUB = "docker.io";

  private HostsToml() {}

  /** The file for a registry that has none yet. */
  static String create(String registry, Mirror mirror) {
    String server =
        registry.equals(ALL)
            ? ""
            : "server = \"https://%s\"\n\n"
                .formatted(registry.equals(DOCKER_HUB) ? "registry-1.docker.io" : registry);
    return "# Written by 'shoal node setup'; 'shoal node restore' takes it back.\n"
        + server
        + Toml.text(table(mirror));
  }

  /** The file with the mirror before all other hosts; as it is, if the mirror is in it. */
  static String withMirror(Path file, String text, Mirror mirror) {
    JsonNode before = Toml.parse(file, text);
    if (names(before).anyMatch(mirror::is)) {
      return text;
    }
    List<String> lines = Toml.lines(text);
    int at = 0;
    while (at < lines.size() && !Toml.beginsTable(lines.get(at))) {
      at++;
    }
    if (at == lines.size()) {
      lines.add("");
      lines.addAll(table(mirror));
    } else {
      lines.add(at, "");
      lines.addAll(at, table(mirror));
    }
    String changed = Toml.text(lines);
    check(file, before, Toml.parse(file, changed), mirror);
    return changed;
  }

  private static List<String> table(Mirror mirror) {
    return List.of("[host.\"" + mirror + "\"]", "  capabilities = [\"pull\", \"resolve\"]");
  }

  private static Stream<String> names(JsonNode hosts) {
    return hosts.path("host").propertyStream().map(Map.Entry::getKey);
  }

  private static void check(Path file, JsonNode before, JsonNode after, Mirror mirror) {
    boolean first = names(after).findFirst().filter(mirror::is).isPresent();
    ObjectNode rest = after.deepCopy();
    if (rest.path("host") instanceof ObjectNode hosts) {
      hosts.remove(mirror.toString());
      if (hosts.isEmpty() && !before.has("host")) {
        rest.remove("host");
      }
    }
    if (!first || !before.equals(rest)) {
      throw UserError.failed(
          file
              + " is written in a way that cannot be added to; put this before its first host:\n"
              + Toml.text(table(mirror)));
    }
  }
}
