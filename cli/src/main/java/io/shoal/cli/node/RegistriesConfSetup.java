package io.shoal.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Podman and CRI-O: a file of its own in {@code registries.conf.d}. What an earlier file says about
 * a registry would no longer count, so it is said again, after the mirror.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md">containers-registries.conf(5)</a>
 */
final class RegistriesConfSetup implements RuntimeSetup {

  /** The main file unless told otherwise; the folder stands beside it. */
  static final Path CONFIG = Path.of("/etc/containers/registries.conf");

  /** The last file about a registry wins, in the order of names. */
  static final String DROP_IN = "zz-shoal.conf";

  /** Registries have to be named one by one; these are those that agents serve by default. */
  private static final List<String> USUAL =
      List.of(
          "docker.io",
          "gcr.io",
          "ghcr.io",
          "mcr.microsoft.com",
          "public.ecr.aws",
          "quay.io",
          "registry.k8s.io");

  private final HostFiles files;
  private final HostPrograms programs;
  private final Path config;
  private final Path dropIn;
  private final ContainerRuntime runtime;

  RegistriesConfSetup(
      HostFiles files, HostPrograms programs, Path config, ContainerRuntime runtime) {
    this.files = files;
    this.programs = programs;
    this.config = config;
    this.dropIn = config.resolveSibling("registries.conf.d").resolve(DROP_IN);
    this.runtime = runtime;
  }

  @Override
  public Plan plan(Mirror mirror, List<String> registries) {
    Map<String, JsonNode> present = present();
    List<String> notes = new ArrayList<>();
    StringBuilder text =
        new StringBuilder("# Written by 'shoal node setup'; 'shoal node restore' takes it back.\n");
    for (String registry : registries.isEmpty() ? USUAL : registries) {
      JsonNode known = present.get(registry);
      if (known != null && known.path("blocked").asBoolean()) {
        notes.add(registry + " is blocked on this host, and stays so");
        continue;
      }
      text.append(entry(registry, known, mirror));
    }
    return new Plan(List.of(new Plan.Change(dropIn, text.toString())), notes);
  }

  private static String entry(String registry, @Nullable JsonNode known, Mirror mirror) {
    StringBuilder text = new StringBuilder("\n[[registry]]\n");
    if (known == null) {
      text.append("location = \"").append(registry).append("\"\n");
    } else {
      append(text, known);
    }
    text.append("[[registry.mirror]]\nlocation = \"")
        .append(mirror.location())
        .append('/')
        .append(registry)
        .append("\"\n");
    if (mirror.insecure()) {
      text.append("insecure = true\n");
    }
    if (known != null) {
      for (JsonNode other : known.path("mirror")) {
        if (!other.path("location").asText().equals(mirror.location() + "/" + registry)) {
          text.append("[[registry.mirror]]\n");
          append(text, other);
        }
      }
    }
    return text.toString();
  }

  /** Text, numbers and lists are written in TOML as in JSON. */
  private static void append(StringBuilder text, JsonNode table) {
    for (Map.Entry<String, JsonNode> key : table.properties()) {
      if (!key.getKey().equals("mirror")) {
        text.append(key.getKey()).append(" = ").append(key.getValue()).append('\n');
      }
    }
  }

  /** What the files say about each registry; a later file replaces what an earlier one says. */
  private Map<String, JsonNode> present() {
    List<Path> all = new ArrayList<>(List.of(config));
    all.addAll(
        files.list(HostFiles.folderOf(dropIn)).stream()
            .filter(file -> file.toString().endsWith(".conf"))
            .toList());
    Map<String, JsonNode> present = new TreeMap<>();
    for (Path file : all) {
      JsonNode content = Toml.parse(file, files.text(file).orElse(""));
      for (JsonNode registry : content.path("registry")) {
        String name = registry.path("prefix").asText();
        present.put(name.isBlank() ? registry.path("location").asText() : name, registry);
      }
    }
    return present;
  }

  @Override
  public List<String> takeEffect(boolean restart) {
    return reload();
  }

  @Override
  public List<String> restore() {
    List<String> said = files.restore();
    said.addAll(reload());
    return said;
  }

  private List<String> reload() {
    if (runtime == ContainerRuntime.PODMAN) {
      return List.of("podman needs no restart: it reads these files at each pull");
    }
    List<String> said = new ArrayList<>();
    for (HostPrograms.Running crio : programs.named("crio")) {
      if (programs.hangUp(crio.pid())) {
        said.add("crio (pid " + crio.pid() + "): told to read its configuration again");
      }
    }
    return said.isEmpty()
        ? List.of("CRI-O is not seen running here; if it runs: systemctl reload crio")
        : said;
  }
}
