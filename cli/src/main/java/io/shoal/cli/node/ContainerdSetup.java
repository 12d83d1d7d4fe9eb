package io.shoal.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * containerd: a {@code hosts.toml} for all registries, and the mirror in those that single
 * registries have. It reads them at each pull, but only if its configuration names their folder.
 */
final class ContainerdSetup implements RuntimeSetup {

  /** Its configuration unless told otherwise. */
  static final Path CONFIG = Path.of("/etc/containerd/config.toml");

  private final HostFiles files;
  private final HostPrograms programs;
  private final Path config;

  ContainerdSetup(HostFiles files, HostPrograms programs, Path config) {
    this.files = files;
    this.programs = programs;
    this.config = config;
  }

  @Override
  public Plan plan(Mirror mirror, List<String> registries) {
    List<Plan.Change> changes = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<Path> folders = configure(changes, notes);
    Map<Path, String> hosts = new LinkedHashMap<>();
    List<String> wanted = registries.isEmpty() ? List.of(HostsToml.ALL) : registries;
    for (String registry : wanted) {
      Path file = folders.getFirst().resolve(registry).resolve("hosts.toml");
      hosts.put(file, files.text(file).orElseGet(() -> HostsToml.create(registry, mirror)));
    }
    if (registries.isEmpty()) {
      folders.forEach(folder -> addOwnFolders(folder, hosts, notes));
    }
    hosts.forEach((file, text) ->
        changes.add(new Plan.Change(file, HostsToml.withMirror(file, text, mirror))));
    return new Plan(changes, notes);
  }

  /** Registries with a folder of their own, for which the one of all others does not count. */
  private void addOwnFolders(Path folder, Map<Path, String> hosts, List<String> notes) {
    for (Path own : files.list(folder)) {
      Path file = own.resolve("hosts.toml");
      Optional<String> text = files.text(file);
      if (text.isPresent()) {
        hosts.put(file, text.get());
      } else if (!hosts.containsKey(file) && holdsOthers(own)) {
        notes.add(
            own
                + " has no hosts.toml, so this registry is asked directly; to change that add:"
                + " --registry "
                + own.getFileName());
      }
    }
  }

  private boolean holdsOthers(Path folder) {
    return files.list(folder).stream().anyMatch(file -> !file.endsWith("hosts.toml"));
  }

  /** The folders that containerd reads, made known to it if it reads none. */
  private List<Path> configure(List<Plan.Change> changes, List<String> notes) {
    Optional<String> text = files.text(config);
    JsonNode effective = effective(text);
    String path = ContainerdToml.configPath(effective);
    if (!path.isEmpty()) {
      return folders(path);
    }
    Path folder = config.resolveSibling("certs.d");
    if (ContainerdToml.criDisabled(effective)) {
      notes.add(
          "containerd's CRI plugin is disabled in "
              + config
              + ": nerdctl reads "
              + folder
              + " by itself, ctr with --hosts-dir "
              + folder);
      return List.of(folder);
    }
    if (ContainerdToml.hasOldMirrors(effective)) {
      throw UserError.failed(
          config
              + " sets registries below registry.mirrors or registry.configs, beside which"
              + " containerd takes no config_path; move them to hosts.toml files below "
              + folder
              + " first");
    }
    changes.add(
        new Plan.Change(
            config,
            text.filter(t -> !t.isBlank())
                .map(t -> ContainerdToml.withConfigPath(config, t, folder))
                .orElseGet(() -> ContainerdToml.create(folder))));
    return List.of(folder);
  }

  private static List<Path> folders(String path) {
    return List.of(path.split(":")).stream().filter(p -> !p.isBlank()).map(Path::of).toList();
  }

  /** What containerd says; what the files say if it is not here or already reads what we wrote. */
  private JsonNode effective(Optional<String> text) {
    if (!files.isOurs(config) && text.isPresent()) {
      Optional<String> dump = programs.containerdConfiguration(files.onDisk(config));
      if (dump.isPresent()) {
        return Toml.parse(config, dump.get());
      }
    }
    JsonNode own = Toml.parse(config, text.orElse(""));
    for (JsonNode pattern : own.path("imports")) {
      for (Path imported : matching(config.resolveSibling(pattern.asText()).normalize())) {
        JsonNode more = Toml.parse(imported, files.text(imported).orElse(""));
        if (!ContainerdToml.configPath(more).isEmpty() || ContainerdToml.hasOldMirrors(more)) {
          return more;
        }
      }
    }
    return own;
  }

  private List<Path> matching(Path pattern) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return files.list(HostFiles.folderOf(pattern)).stream().filter(matcher::matches).toList();
  }

  @Override
  public List<String> takeEffect(boolean restart) {
    if (!files.isOurs(config) || !startedBefore(written())) {
      return List.of();
    }
    if (!restart) {
      return List.of(
          "containerd has to be restarted once, for it reads "
              + config
              + " only then: systemctl restart containerd (or --restart-runtime);"
              + " running containers go on");
    }
    Optional<String> problem = programs.restart("containerd");
    if (problem.isPresent()) {
      throw UserError.failed("containerd was not restarted: " + problem.get());
    }
    return List.of("containerd: restarted");
  }

  /** Without a configured folder containerd reads none; with one that is empty, nothing. */
  @Override
  public List<String> restore() {
    List<String> said = files.restore();
    said.add("containerd needs no restart: it looks for these files at each pull");
    return said;
  }

  private Instant written() {
    try {
      return Files.getLastModifiedTime(files.onDisk(config)).toInstant();
    } catch (IOException e) {
      throw UserError.failed("cannot read " + config + ": " + Causes.text(e));
    }
  }

  /** Also if none is seen: it may run where this process cannot look. */
  private boolean startedBefore(Instant written) {
    List<HostPrograms.Running> ours =
        programs.named("containerd").stream().filter(this::readsThisConfig).toList();
    return ours.isEmpty() || ours.stream().anyMatch(running -> running.started().isBefore(written));
  }

  /** Docker starts one of its own, with another configuration. */
  private boolean readsThisConfig(HostPrograms.Running running) {
    List<String> arguments = running.arguments();
    for (int i = 0; i + 1 < arguments.size(); i++) {
      if (arguments.get(i).equals("--config") || arguments.get(i).equals("-c")) {
        return Path.of(arguments.get(i + 1)).equals(config);
      }
    }
    return config.equals(CONFIG);
  }
}
