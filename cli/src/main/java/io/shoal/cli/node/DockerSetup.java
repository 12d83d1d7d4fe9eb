package io.shoal.cli.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.cli.console.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Docker Engine: {@code registry-mirrors} in its {@code daemon.json}, which it reads again at
 * SIGHUP. They count for Docker Hub only; a Docker that stores images in containerd also reads
 * files like containerd's, which are written for the registries that are named.
 */
final class DockerSetup implements RuntimeSetup {

  /** Its configuration unless told otherwise. */
  static final Path CONFIG = Path.of("/etc/docker/daemon.json");

  private static final String MIRRORS = "registry-mirrors";
  private static final List<Path> PID_FILES =
      List.of(Path.of("/run/docker.pid"), Path.of("/var/run/docker.pid"));
  private static final Path SOCKET = Path.of("/run/docker.sock");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final HostFiles files;
  private final HostPrograms programs;
  private final Path config;

  DockerSetup(HostFiles files, HostPrograms programs, Path config) {
    this.files = files;
    this.programs = programs;
    this.config = config;
  }

  @Override
  public Plan plan(Mirror mirror, List<String> registries) {
    refuseFlag();
    List<Plan.Change> changes = new ArrayList<>();
    changes.add(new Plan.Change(config, withMirror(files.text(config).orElse(""), mirror)));
    for (String registry : registries) {
      Path file = config.resolveSibling("certs.d").resolve(registry).resolve("hosts.toml");
      String text = files.text(file).orElseGet(() -> HostsToml.create(registry, mirror));
      changes.add(new Plan.Change(file, HostsToml.withMirror(file, text, mirror)));
    }
    return new Plan(changes, List.of());
  }

  /** With the flag and the key, dockerd would not start any more. */
  private void refuseFlag() {
    boolean flag =
        daemons().stream()
            .flatMap(daemon -> daemon.arguments().stream())
            .anyMatch(argument -> argument.startsWith("--registry-mirror"));
    if (flag) {
      throw UserError.failed(
          "dockerd runs with the flag --registry-mirror, beside which it takes no mirrors from "
              + config
              + "; move the flag's value to "
              + MIRRORS
              + " in that file first");
    }
  }

  private String withMirror(String text, Mirror mirror) {
    ObjectNode daemon = parse(text);
    ArrayNode mirrors = JSON.createArrayNode().add(mirror.toString());
    JsonNode present = daemon.path(MIRRORS);
    if (!present.isMissingNode() && !present.isArray()) {
      throw UserError.failed(
          config + ": " + MIRRORS + " is not a list, so Docker cannot use it; mend it first");
    }
    for (JsonNode other : present) {
      if (mirror.is(other.asText())) {
        return text;
      }
      mirrors.add(other);
    }
    daemon.set(MIRRORS, mirrors);
    return daemon.toPrettyString() + "\n";
  }

  private ObjectNode parse(String text) {
    if (text.isBlank()) {
      return JSON.createObjectNode();
    }
    try {
      if (JSON.readTree(text) instanceof ObjectNode daemon) {
        return daemon;
      }
      throw UserError.failed(config + " is not a JSON object; mend it first. Nothing was changed");
    } catch (JsonProcessingException e) {
      throw UserError.failed(
          "%s is broken, line %d: %s; mend it first. Nothing was changed"
              .formatted(config, e.getLocation().getLineNr(), e.getOriginalMessage()));
    }
  }

  @Override
  public List<String> takeEffect(boolean restart) {
    return reload();
  }

  /**
   * dockerd goes on with the mirrors it has when the key is gone from its file. Where the first
   * state has no such key it is made to read an empty list before that state comes back.
   */
  @Override
  public List<String> restore() {
    List<String> said = new ArrayList<>();
    boolean keepsMirrors = files.isOurs(config) && !daemons().isEmpty();
    ObjectNode first =
        keepsMirrors ? parse(files.text(config).orElse("")) : JSON.createObjectNode();
    if (keepsMirrors && !first.has(MIRRORS)) {
      first.putArray(MIRRORS);
      files.overwrite(new Plan.Change(config, first.toString()));
      said.addAll(reload());
      said.addAll(mirrorsLeft());
      said.addAll(files.restore());
    } else {
      said.addAll(files.restore());
      said.addAll(reload());
    }
    return said;
  }

  private List<String> mirrorsLeft() {
    Optional<Boolean> gone = programs.dockerLosesMirrors(files.onDisk(SOCKET));
    if (gone.isEmpty()) {
      return List.of(
          "dockerd could not be asked for its mirrors: if docker info still shows one,"
              + " it goes with the next restart");
    }
    return gone.get()
        ? List.of()
        : List.of("dockerd still has a mirror (docker info); it goes with the next restart");
  }

  private List<String> reload() {
    List<String> said = new ArrayList<>();
    for (HostPrograms.Running daemon : daemons()) {
      said.add(
          programs.hangUp(daemon.pid())
              ? "dockerd (pid " + daemon.pid() + "): told to read its configuration again"
              : "dockerd (pid "
                  + daemon.pid()
                  + ") could not be told; do: kill -HUP "
                  + daemon.pid());
    }
    if (said.isEmpty()) {
      said.add("dockerd is not seen running here; if it runs: kill -HUP $(pidof dockerd)");
    }
    return said;
  }

  /** The daemon of the pid file, if such a process is one. */
  private List<HostPrograms.Running> daemons() {
    Optional<Long> pid = pidFiles().stream().flatMap(file -> pid(file).stream()).findFirst();
    return programs.named("dockerd").stream()
        .filter(running -> pid.isPresent() && pid.get() == running.pid())
        .toList();
  }

  private List<Path> pidFiles() {
    String own = parse(files.text(config).orElse("")).path("pidfile").asText();
    return own.isBlank() ? PID_FILES : List.of(Path.of(own));
  }

  private Optional<Long> pid(Path file) {
    return files
        .text(file)
        .map(String::strip)
        .filter(t -> t.matches("\\d{1,18}"))
        .map(Long::valueOf);
  }
}
